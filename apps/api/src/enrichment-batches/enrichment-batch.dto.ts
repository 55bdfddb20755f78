import { ENRICHMENT_STATES, type EnrichmentState } from '@docket/domain/enrichment/state-rules';
import { TAXONOMY_KEY_CHARACTERS_MAX } from '@docket/domain/enrichment/taxonomy';
import { RUN_STATES, type RunState } from '@docket/domain/run/state-rules';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { IsInteger } from '../http/integer.validator.js';
import { IsNested } from '../http/nested.validator.js';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { IsTime } from '../http/time.validator.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

export class EnrichmentBatchFilterDto {
  @ApiPropertyOptional({
    enum: ENRICHMENT_STATES,
    description: 'Of the current enrichment.',
    example: 'failed',
  })
  @Optional()
  @IsIn(ENRICHMENT_STATES)
  state?: EnrichmentState;

  @ApiPropertyOptional({ description: 'Key of the category.', example: 'billing' })
  @Optional()
  @IsText(TAXONOMY_KEY_CHARACTERS_MAX)
  category?: string;

  @ApiPropertyOptional({ description: 'Key of the priority.', example: 'urgent' })
  @Optional()
  @IsText(TAXONOMY_KEY_CHARACTERS_MAX)
  priority?: string;

  @ApiPropertyOptional({ description: 'Part of the subject or of the external id.', example: 'export' })
  @Optional()
  @IsText(200)
  q?: string;

  @ApiPropertyOptional({ description: 'Came at or after this time.', example: '2026-05-04T00:00:00Z' })
  @Optional()
  @IsTime()
  since?: string;

  @ApiPropertyOptional({ description: 'Came before this time.', example: '2026-05-05T00:00:00Z' })
  @Optional()
  @IsTime()
  until?: string;
}

export class CreateEnrichmentBatchDto {
  @ApiProperty({
    type: EnrichmentBatchFilterDto,
    description: 'Which tickets are meant; `{}` is all of them.',
    example: { state: 'failed' },
  })
  @IsNested(() => EnrichmentBatchFilterDto)
  filter!: EnrichmentBatchFilterDto;

  @ApiPropertyOptional({ description: 'By default the one labelled `production`.', example: 2 })
  @Optional()
  @IsInteger(1, 1_000_000)
  promptVersion?: number;

  @ApiPropertyOptional({ description: 'Model of the first provider.', example: 'claude-haiku-5-5' })
  @Optional()
  @IsText(200)
  model?: string;

  @ApiPropertyOptional({
    default: false,
    description:
      'Whether the answers may take up to a day. Where the first provider has message batches (Anthropic), the questions are asked in these, at half the price; elsewhere it changes nothing.',
    example: true,
  })
  @Optional()
  @IsBoolean()
  mayWait?: boolean;

  @ApiPropertyOptional({ default: false, description: 'Count only; nothing is enriched.', example: false })
  @Optional()
  @IsBoolean()
  dryRun?: boolean;
}

class EnrichmentBatchMatchDto {
  @ApiProperty({ enum: ENRICHMENT_STATES, example: 'failed' }) state!: EnrichmentState;
  @ApiInteger({ example: 312 }) count!: number;
}

export class DryEnrichmentBatchDto {
  @ApiProperty({ example: true }) dryRun!: true;
  @ApiInteger({ description: 'Tickets that would be enriched.', example: 2_000 }) total!: number;
  @ApiProperty({ type: [EnrichmentBatchMatchDto], description: 'By state, the most first.' })
  matches!: EnrichmentBatchMatchDto[];
}

export class EnrichmentBatchCountsDto {
  @ApiInteger({ description: 'Chosen when the batch was made. The others add up to it.', example: 2_000 })
  total!: number;
  @ApiInteger({ description: 'Their turn has not come.', example: 120 }) pending!: number;
  @ApiInteger({ description: 'Begun; `enrichments` says what has become of them.', example: 1_862 })
  done!: number;
  @ApiInteger({ description: 'An enrichment waited already, and does what was asked.', example: 18 })
  unchanged!: number;
  @ApiInteger({ description: 'The ticket is gone.', example: 0 }) refused!: number;
  @ApiInteger({ description: 'Left out: the batch was cancelled before.', example: 0 }) skipped!: number;
}

class MessageBatchesDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Message batches by state: `submitting`, `submitted`, `ended`.',
    example: { submitted: 1, ended: 3 },
  })
  batches!: Record<string, number>;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description:
      'Questions: `waiting` for an answer, `answered`, `called_off` with the batch; those that are `errored`, `expired`, `canceled`, `missing` or `refused` are asked one by one.',
    example: { waiting: 500, answered: 1_496, expired: 4 },
  })
  questions!: Record<string, number>;
}

export class EnrichmentBatchErrorDto {
  @ApiProperty({ example: 'run.terminated' }) code!: string;
  @ApiProperty({ example: 'The run was terminated in Temporal.' }) message!: string;
}

export class EnrichmentBatchDto {
  @ApiProperty({ example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ description: 'The run that works it off.', example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  runId!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'As it was asked for.',
    example: { state: 'failed' },
  })
  filter!: Record<string, unknown>;
  @ApiInteger({ nullable: true, example: 2 }) promptVersion!: number | null;
  @ApiProperty({ type: String, nullable: true, example: 'claude-haiku-5-5' }) model!: string | null;
  @ApiProperty({ description: 'Whether the answers may take up to a day.', example: true }) mayWait!: boolean;
  @ApiProperty({ enum: [...RUN_STATES, 'paused'], example: 'running' }) state!: RunState | 'paused';
  @ApiProperty({ type: EnrichmentBatchErrorDto, nullable: true, example: null })
  error!: EnrichmentBatchErrorDto | null;
  @ApiProperty({ type: EnrichmentBatchCountsDto }) counts!: EnrichmentBatchCountsDto;
  @ApiProperty({ description: 'Tickets that are done with, of all; 1 when every one is.', example: 0.93 })
  progress!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'What has become of the enrichments that were begun, by their state now.',
    example: { running: 20, ready: 1_830, failed: 12 },
  })
  enrichments!: Record<string, number>;
  @ApiProperty({
    type: MessageBatchesDto,
    nullable: true,
    description: 'Of a batch that may wait: what was asked in message batches.',
  })
  messageBatches!: MessageBatchesDto | null;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.201Z' }) startedAt!: string | null;
  @ApiTime({ nullable: true, example: null }) endedAt!: string | null;
}

export class EnrichmentBatchPageDto {
  @ApiProperty({ type: [EnrichmentBatchDto] }) data!: EnrichmentBatchDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class StartedEnrichmentBatchDto {
  @ApiProperty({ example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ description: 'The run that works it off.', example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  runId!: string;
  @ApiInteger({ description: 'Tickets that were chosen.', example: 2_000 }) total!: number;
}
