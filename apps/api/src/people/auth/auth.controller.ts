import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Operation } from '../../access/operation.decorator.js';
import { Person, type UserPrincipal } from '../../access/principal.js';
import { idFrom } from '../../http/ids.js';
import { InvitationAcceptanceService } from '../invitations/invitation-acceptance.service.js';
import {
  AcceptInvitationDto,
  ChangePasswordDto,
  RefreshDto,
  SessionsDto,
  SignInDto,
  SignOutDto,
  SessionTokensDto,
} from './auth.dto.js';
import { SessionTokensService } from './session-tokens.service.js';
import { SessionsService } from './sessions.service.js';
import { SignInService } from './sign-in.service.js';

/** Of a user agent, as much as tells one device from another. */
const USER_AGENT_LENGTH = 200;

@ApiTags('Sign-in')
@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly signIns: SignInService,
    private readonly tokens: SessionTokensService,
    private readonly sessions: SessionsService,
    private readonly invitations: InvitationAcceptanceService,
  ) {}

  @Post('sign-in')
  @HttpCode(200)
  @Operation('signIn', {
    summary: 'Sign in with address and password',
    body: true,
    errors: ['auth.invalid', 'auth.no_organisation', 'org.not_found'],
  })
  @ApiOkResponse({ type: SessionTokensDto, description: 'Tokens of a new session.' })
  async signIn(@Body() dto: SignInDto, @Req() request: FastifyRequest): Promise<SessionTokensDto> {
    return this.signIns.signIn(dto, userAgentOf(request));
  }

  @Post('refresh')
  @HttpCode(200)
  @Operation('refreshTokens', {
    summary: 'Take new tokens, or change the organisation',
    description:
      'Each refresh token counts once. The one before the newest is taken for ten seconds more; any other that was used already ends the session.',
    body: true,
    errors: ['auth.invalid', 'auth.no_organisation', 'org.not_found'],
  })
  @ApiOkResponse({ type: SessionTokensDto, description: 'New tokens of the same session.' })
  async refresh(@Body() dto: RefreshDto): Promise<SessionTokensDto> {
    return this.tokens.refresh(dto.refreshToken, dto.orgId);
  }

  @Post('sign-out')
  @HttpCode(204)
  @Operation('signOut', {
    summary: 'End the session of a refresh token',
    description: 'Answers the same whatever the token is.',
    body: true,
  })
  @ApiNoContentResponse({ description: 'The session has ended.' })
  async signOut(@Body() dto: SignOutDto): Promise<void> {
    await this.tokens.signOut(dto.refreshToken);
  }

  @Post('accept-invitation')
  @HttpCode(200)
  @Operation('acceptInvitation', {
    summary: 'Join an organisation by an invitation',
    description:
      'Makes the person when the address is new. When it is known, the password has to be the one it has already.',
    body: true,
    errors: ['auth.invalid', 'invitation.not_usable'],
  })
  @ApiOkResponse({ type: SessionTokensDto, description: 'Tokens of a new session in that organisation.' })
  async accept(@Body() dto: AcceptInvitationDto, @Req() request: FastifyRequest): Promise<SessionTokensDto> {
    return this.invitations.accept(dto, userAgentOf(request));
  }

  @Post('password')
  @HttpCode(204)
  @Operation('changePassword', {
    summary: 'Change your password',
    description: 'Ends every other session of yours.',
    body: true,
    errors: ['password.wrong'],
  })
  @ApiNoContentResponse({ description: 'The new password counts.' })
  async changePassword(@Person() caller: UserPrincipal, @Body() dto: ChangePasswordDto): Promise<void> {
    await this.signIns.changePassword(caller, dto);
  }

  @Get('sessions')
  @Operation('listSessions', { summary: 'List your open sessions, newest first' })
  @ApiOkResponse({ type: SessionsDto, description: 'Every open session.' })
  async listSessions(@Person() caller: UserPrincipal): Promise<SessionsDto> {
    return this.sessions.list(caller);
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @Operation('endSession', { summary: 'End a session of yours', errors: ['session.not_found'] })
  @ApiParam({ name: 'id', example: 'ses_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  @ApiNoContentResponse({ description: 'Its tokens are refused from now on.' })
  async endSession(@Person() caller: UserPrincipal, @Param('id') id: string): Promise<void> {
    await this.sessions.end(caller, idFrom('session', id));
  }
}

/** Read from the request: Nest would describe a parameter of the method as a header that clients must send. */
function userAgentOf({ headers }: FastifyRequest): string | null {
  return headers['user-agent']?.slice(0, USER_AGENT_LENGTH) ?? null;
}
