import { ROLES, type Role } from '@docket/domain/access/roles';
import { APPROVAL_POLICIES, type ApprovalPolicy } from '@docket/domain/enrichment/approval';
import { PLANS, type Plan, type PlanLimits, type PlanUsage } from '@docket/domain/limits/plan';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNumber, Max, Min } from 'class-validator';
import { IsInteger } from '../http/integer.validator.js';
import { Optional, OptionalOrNull } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

/** A hundred years. */
const RETENTION_MAX_DAYS = 36_500;
/** A million dollars, or tokens of some thousand dollars. */
const BUDGET_MAX = 1_000_000_000_000;
const BUDGET = { format: 'int64', nullable: true };

export class UpdateOrgDto {
  @ApiPropertyOptional({ example: 'Larkspur' })
  @Optional()
  @IsText(200)
  name?: string;

  @ApiPropertyOptional({
    nullable: true,
    description:
      'Days that finished work is to be kept; null for ever. It is stored, and nothing is removed by it yet.',
    example: 365,
  })
  @OptionalOrNull()
  @IsInteger(1, RETENTION_MAX_DAYS)
  retentionDays?: number | null;

  @ApiPropertyOptional({
    enum: APPROVAL_POLICIES,
    description:
      'Whether a person decides on a suggested reply before anybody uses it. `below_confidence` takes an `approvalConfidence`.',
    example: 'always',
  })
  @Optional()
  @IsIn(APPROVAL_POLICIES)
  approvalPolicy?: ApprovalPolicy;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    minimum: 0.01,
    maximum: 1,
    description:
      'With `below_confidence` a person decides where the category, or the belief that the passages hold an answer, is less sure than this.',
    example: 0.7,
  })
  @OptionalOrNull()
  @IsNumber()
  @Min(0.01)
  @Max(1)
  approvalConfidence?: number | null;

  @ApiPropertyOptional({
    description: 'Whether a reply that somebody edited becomes a labelled example.',
    example: true,
  })
  @Optional()
  @IsBoolean()
  learnFromEdits?: boolean;

  @ApiPropertyOptional({
    ...BUDGET,
    description: 'Tokens of models a day (UTC), below what the plan allows; null is as the plan says.',
    example: 2_000_000,
  })
  @OptionalOrNull()
  @IsInteger(1, BUDGET_MAX)
  tokensPerDay?: number | null;

  @ApiPropertyOptional({
    ...BUDGET,
    description: 'What models may cost a day (UTC), in millionths of a US dollar; null is without a limit.',
    example: 5_000_000,
  })
  @OptionalOrNull()
  @IsInteger(1, BUDGET_MAX)
  costMicrosPerDay?: number | null;
}

export class PlanLimitsDto implements PlanLimits {
  @ApiInteger({
    nullable: true,
    description: 'Of all callers together; null is without a limit.',
    example: 3000,
  })
  requestsPerMinute!: number | null;
  @ApiInteger({ nullable: true, description: 'Of one key or person.', example: 1200 })
  requestsPerMinutePerCaller!: number | null;
  @ApiInteger({
    nullable: true,
    description: 'Runs that have begun and not ended, erasures apart.',
    example: 200,
  })
  concurrentRuns!: number | null;
  @ApiInteger({ nullable: true, description: 'Documents that are not deleted.', example: 20000 })
  documents!: number | null;
  @ApiInteger({
    format: 'int64',
    nullable: true,
    description: 'Announced bytes of every version that is kept.',
    example: 50000000000,
  })
  storageBytes!: number | null;
  @ApiInteger({
    format: 'int64',
    nullable: true,
    description: 'Tokens of models, by days of UTC.',
    example: 5000000,
  })
  tokensPerDay!: number | null;
}

export class PlanUsageDto implements PlanUsage {
  @ApiInteger({ example: 3 }) concurrentRuns!: number;
  @ApiInteger({ example: 412 }) documents!: number;
  @ApiInteger({ format: 'int64', example: 73400320 }) storageBytes!: number;
  @ApiInteger({ format: 'int64', description: 'Of models, since midnight UTC.', example: 184_200 })
  tokensToday!: number;
  @ApiInteger({ format: 'int64', description: 'The same in millionths of a US dollar.', example: 612_400 })
  costMicrosToday!: number;
}

export class OrgDto {
  @ApiProperty({ example: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'Larkspur' }) name!: string;
  @ApiInteger({ nullable: true, description: 'Stored; nothing is removed by it yet.', example: 365 })
  retentionDays!: number | null;
  @ApiProperty({ enum: APPROVAL_POLICIES, example: 'never' }) approvalPolicy!: ApprovalPolicy;
  @ApiProperty({ type: Number, nullable: true, example: null }) approvalConfidence!: number | null;
  @ApiProperty({ example: false }) learnFromEdits!: boolean;
  @ApiInteger({
    format: 'int64',
    nullable: true,
    description: 'The organisation’s own limit; null is as the plan says.',
    example: 2_000_000,
  })
  tokensPerDay!: number | null;
  @ApiInteger({
    format: 'int64',
    nullable: true,
    description: 'Millionths of a US dollar; null is without a limit.',
    example: 5_000_000,
  })
  costMicrosPerDay!: number | null;
  @ApiProperty({ enum: PLANS, description: 'Set by the operators of the installation.', example: 'team' })
  plan!: Plan;
  @ApiProperty({ type: PlanLimitsDto, description: 'What the plan allows.' }) limits!: PlanLimitsDto;
  @ApiProperty({ type: PlanUsageDto, description: 'What is used of it now.' }) usage!: PlanUsageDto;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
}

export class MyOrgDto {
  @ApiProperty({ example: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'Larkspur' }) name!: string;
  @ApiProperty({ enum: ROLES, description: 'What you are in it.', example: 'agent' }) role!: Role;
  @ApiProperty({ description: 'Whether your access token speaks for it.', example: true }) current!: boolean;
}

export class MyOrgsDto {
  @ApiProperty({ type: [MyOrgDto] }) data!: MyOrgDto[];
}
