import { Module } from '@nestjs/common';
import { AccessTokens } from './auth/access-tokens.js';
import { AuthController } from './auth/auth.controller.js';
import { PasswordHasher } from './auth/password-hasher.js';
import { SessionTokensService } from './auth/session-tokens.service.js';
import { SessionsService } from './auth/sessions.service.js';
import { SignInService } from './auth/sign-in.service.js';
import { UserAuthenticator } from './auth/user-authenticator.js';
import { WellKnownController } from './auth/well-known.controller.js';
import { InvitationAcceptanceService } from './invitations/invitation-acceptance.service.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { TeamsController } from './teams/teams.controller.js';
import { TeamsService } from './teams/teams.service.js';
import { UsersController } from './users/users.controller.js';
import { UsersService } from './users/users.service.js';

/** People: how they sign in, join, and what they are in an organisation. */
@Module({
  controllers: [AuthController, WellKnownController, UsersController, TeamsController, InvitationsController],
  providers: [
    AccessTokens,
    PasswordHasher,
    SessionTokensService,
    SessionsService,
    SignInService,
    UserAuthenticator,
    InvitationsService,
    InvitationAcceptanceService,
    UsersService,
    TeamsService,
  ],
  exports: [UserAuthenticator, InvitationsService, UsersService],
})
export class PeopleModule {}
