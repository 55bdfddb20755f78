import { DECISIONS, type Decision } from '@docket/domain/enrichment/approval';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { ApiTime } from '../openapi/properties.js';

/** Room for a long letter. */
const REPLY_CHARACTERS_MAX = 20_000;

export class DecideDto {
  @ApiProperty({ enum: DECISIONS, example: 'edit' })
  @IsIn(DECISIONS)
  decision!: Decision;

  @ApiPropertyOptional({
    description: 'With `edit`, and only then: what takes the place of the suggestion.',
    example: 'Good morning! The export runs every night at two.',
  })
  @Optional()
  @IsText(REPLY_CHARACTERS_MAX)
  reply?: string;

  @ApiPropertyOptional({ description: 'Why.', example: 'Too curt.' })
  @Optional()
  @IsText(1_000)
  reason?: string;
}

export class DecidedDto {
  @ApiProperty({ example: 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng' }) enrichmentId!: string;
  @ApiProperty({
    enum: ['approved', 'edited', 'rejected'],
    description:
      'What the enrichment becomes. It shows it as soon as its workflow has been told: at once, or when workers are there again.',
    example: 'edited',
  })
  state!: 'approved' | 'edited' | 'rejected';
  @ApiProperty({ enum: DECISIONS, example: 'edit' }) decision!: Decision;
  @ApiProperty({ description: 'Who decided.', example: 'usr_01k8m3zq4yfk5tx2w7c9v1b6ng' }) decidedBy!: string;
}

/** A reply that waits, or waited, to be decided on. */
export class DecisionDto {
  @ApiProperty({
    enum: DECISIONS,
    nullable: true,
    description: 'Null while nobody has decided.',
    example: 'edit',
  })
  decision!: Decision | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What took the place of the suggestion, which stays in `result`.',
    example: 'Good morning! The export runs every night at two.',
  })
  reply!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Too curt.' }) reason!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'usr_01k8m3zq4yfk5tx2w7c9v1b6ng' }) decidedBy!:
    string | null;
  @ApiTime({ nullable: true, example: '2026-05-05T08:02:11.004Z' }) decidedAt!: string | null;
  @ApiTime({ example: '2026-05-04T09:12:34.120Z' }) awaitedSince!: string;
  @ApiTime({ nullable: true, example: null }) remindedAt!: string | null;
  @ApiTime({ example: '2026-06-03T09:12:34.120Z' }) expiresAt!: string;
  @ApiProperty({ description: 'The run that waits.', example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  runId!: string;
}
