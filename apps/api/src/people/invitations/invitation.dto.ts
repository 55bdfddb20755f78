import { ROLES, type Role } from '@docket/domain/access/roles';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsEmailAddress } from '../email-address.validator.js';
import { ApiTime } from '../../openapi/properties.js';

export const INVITATION_STATES = ['open', 'accepted', 'revoked', 'expired'] as const;

export class CreateInvitationDto {
  @ApiProperty({ example: 'grace@larkspur.example' })
  @IsEmailAddress()
  email!: string;

  @ApiProperty({ enum: ROLES, description: 'At most your own.', example: 'agent' })
  @IsIn(ROLES)
  role!: Role;
}

export class InvitationDto {
  @ApiProperty({ example: 'inv_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'grace@larkspur.example' }) email!: string;
  @ApiProperty({ enum: ROLES, example: 'agent' }) role!: Role;
  @ApiProperty({ enum: INVITATION_STATES, example: 'open' }) state!: (typeof INVITATION_STATES)[number];
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ example: '2026-05-07T09:12:33.120Z' }) expiresAt!: string;
}

export class IssuedInvitationDto extends InvitationDto {
  @ApiProperty({
    description: 'Hand it to the person invited; it is shown here and nowhere else. No mail is sent.',
    example: 'di_Xb2...',
  })
  token!: string;
}

export class InvitationPageDto {
  @ApiProperty({ type: [InvitationDto] }) data!: InvitationDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}
