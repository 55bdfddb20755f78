import { PLANS, type Plan } from '@docket/domain/limits/plan';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { IsEmailAddress } from '../people/email-address.validator.js';
import { IssuedInvitationDto } from '../people/invitations/invitation.dto.js';
import { ApiTime } from '../openapi/properties.js';

export class CreateOrgDto {
  @ApiProperty({ example: 'Larkspur' })
  @IsText(200)
  name!: string;

  @ApiPropertyOptional({
    description: 'Who is invited to be its first owner.',
    example: 'ada@larkspur.example',
  })
  @Optional()
  @IsEmailAddress()
  ownerEmail?: string;

  @ApiPropertyOptional({ enum: PLANS, default: 'enterprise', example: 'team' })
  @Optional()
  @IsIn(PLANS)
  plan?: Plan;
}

export class UpdatePlatformOrgDto {
  @ApiProperty({ enum: PLANS, description: 'Counts within ten seconds, for what is new.', example: 'team' })
  @IsIn(PLANS)
  plan!: Plan;
}

export class PlatformOrgDto {
  @ApiProperty({ example: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'Larkspur' }) name!: string;
  @ApiProperty({ enum: PLANS, example: 'team' }) plan!: Plan;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
}

export class CreatedOrgDto extends PlatformOrgDto {
  @ApiProperty({
    type: IssuedInvitationDto,
    nullable: true,
    description: 'For the first owner, with its token: shown here and nowhere else.',
  })
  ownerInvitation!: IssuedInvitationDto | null;
}

export class PlatformOrgPageDto {
  @ApiProperty({ type: [PlatformOrgDto] }) data!: PlatformOrgDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}
