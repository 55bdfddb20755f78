import { ROLES, type Role } from '@docket/domain/access/roles';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Optional } from '../../http/optional.js';
import { IsText } from '../../http/text.validator.js';
import { IsEmailAddress } from '../email-address.validator.js';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './password-policy.js';
import { ApiInteger, ApiTime } from '../../openapi/properties.js';

/** Longer than any token of ours. */
const TOKEN_MAX_LENGTH = 500;

const ORG_ID = {
  description: 'The organisation to work in; without one, that of the session, or the first you joined.',
  example: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng',
};

export class SignInDto {
  @ApiProperty({ example: 'ada@larkspur.example' })
  @IsEmailAddress()
  email!: string;

  @ApiProperty({ format: 'password', example: 'four unrelated words here' })
  @IsText(PASSWORD_MAX_LENGTH)
  password!: string;

  @ApiPropertyOptional(ORG_ID)
  @Optional()
  @IsText(100)
  orgId?: string;
}

export class RefreshDto {
  @ApiProperty({ description: 'The newest refresh token of the session.', example: 'dr_AZoeFny...' })
  @IsText(TOKEN_MAX_LENGTH)
  refreshToken!: string;

  @ApiPropertyOptional(ORG_ID)
  @Optional()
  @IsText(100)
  orgId?: string;
}

export class SignOutDto {
  @ApiProperty({ description: 'Any refresh token of the session.', example: 'dr_AZoeFny...' })
  @IsText(TOKEN_MAX_LENGTH)
  refreshToken!: string;
}

export class AcceptInvitationDto {
  @ApiProperty({ description: 'What the inviter was given.', example: 'di_Xb2...' })
  @IsText(TOKEN_MAX_LENGTH)
  token!: string;

  @ApiProperty({
    format: 'password',
    minLength: PASSWORD_MIN_LENGTH,
    description: 'A new password, or the one you have when the address is known already.',
    example: 'four unrelated words here',
  })
  @IsText(PASSWORD_MAX_LENGTH)
  password!: string;

  @ApiPropertyOptional({
    description: 'Your name, unless the address is known already.',
    example: 'Ada Byron',
  })
  @Optional()
  @IsText(200)
  name?: string;
}

export class ChangePasswordDto {
  @ApiProperty({ format: 'password', example: 'four unrelated words here' })
  @IsText(PASSWORD_MAX_LENGTH)
  currentPassword!: string;

  @ApiProperty({
    format: 'password',
    minLength: PASSWORD_MIN_LENGTH,
    example: 'four other words instead',
  })
  @IsText(PASSWORD_MAX_LENGTH)
  newPassword!: string;
}

class TokenOrgDto {
  @ApiProperty({ example: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'Larkspur' }) name!: string;
}

export class SessionTokensDto {
  @ApiProperty({ description: 'For `Authorization: Bearer`.', example: 'eyJhbGciOiJFUzI1NiIsImtpZCI6...' })
  accessToken!: string;
  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' }) tokenType!: 'Bearer';
  @ApiInteger({ description: 'Until the access token expires.', example: 600 }) expiresInSeconds!: number;
  @ApiProperty({
    description: 'For the next `POST /v1/auth/refresh`; each counts once.',
    example: 'dr_AZoeFny...',
  })
  refreshToken!: string;
  @ApiProperty({ example: 'usr_01k8m3zq4yfk5tx2w7c9v1b6ng' }) userId!: string;
  @ApiProperty({ type: TokenOrgDto, description: 'The organisation the access token speaks for.' })
  org!: TokenOrgDto;
  @ApiProperty({ enum: ROLES, example: 'agent' }) role!: Role;
}

export class SessionDto {
  @ApiProperty({ example: 'ses_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ description: 'Whether it is the one that asks.', example: true }) current!: boolean;
  @ApiProperty({ type: String, nullable: true, example: 'Mozilla/5.0 ...' }) userAgent!: string | null;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) lastUsedAt!: string;
  @ApiTime({ example: '2026-05-18T09:12:33.120Z' }) expiresAt!: string;
}

export class SessionsDto {
  @ApiProperty({ type: [SessionDto] }) data!: SessionDto[];
}

class PublicKeyDto {
  @ApiProperty({ example: 'EC' }) kty!: string;
  @ApiProperty({ example: 'P-256' }) crv!: string;
  @ApiProperty({ example: 'ES256' }) alg!: string;
  @ApiProperty({ example: 'sig' }) use!: string;
  @ApiProperty({ example: '2026-05' }) kid!: string;
  @ApiProperty({ example: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU' }) x!: string;
  @ApiProperty({ example: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' }) y!: string;
}

export class PublicKeysDto {
  @ApiProperty({ type: [PublicKeyDto] }) keys!: PublicKeyDto[];
}
