import { COMPARED_FIELDS } from '@docket/domain/enrichment/compare';
import { RUN_STATES, type RunState } from '@docket/domain/run/state-rules';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import {
  EnrichmentBatchCountsDto,
  EnrichmentBatchErrorDto,
  EnrichmentBatchFilterDto,
} from '../enrichment-batches/enrichment-batch.dto.js';
import { IsNested } from '../http/nested.validator.js';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { AskedOtherwiseDto, PASSAGES, PASSAGE_SOURCES, type PassageSource } from '../tickets/replay.dto.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

class ReplayBatchFilterDto extends EnrichmentBatchFilterDto {
  @ApiPropertyOptional({
    description: 'Only what this batch of enrichments made.',
    example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  @Optional()
  @IsText(100)
  batch?: string;
}

export class CreateReplayBatchDto extends AskedOtherwiseDto {
  @ApiProperty({
    type: ReplayBatchFilterDto,
    description: 'Of which tickets the enrichment that they show is replayed; `{}` is all of them.',
    example: { category: 'billing' },
  })
  @IsNested(() => ReplayBatchFilterDto)
  filter!: ReplayBatchFilterDto;

  @ApiPropertyOptional({ ...PASSAGES, default: 'pinned' })
  @Optional()
  @IsIn(PASSAGE_SOURCES)
  passages?: PassageSource;

  @ApiPropertyOptional({ default: false, description: 'Count only; nothing is replayed.', example: false })
  @Optional()
  @IsBoolean()
  dryRun?: boolean;
}

class ReplayBatchMatchDto {
  @ApiInteger({ nullable: true, description: 'Version of the prompt.', example: 3 })
  promptVersion!: number | null;
  @ApiInteger({ example: 312 }) count!: number;
}

export class DryReplayBatchDto {
  @ApiProperty({ example: true }) dryRun!: true;
  @ApiInteger({ description: 'Enrichments that would be replayed.', example: 2_000 }) total!: number;
  @ApiProperty({
    type: [ReplayBatchMatchDto],
    description: 'By the version of the prompt they were made under.',
  })
  matches!: ReplayBatchMatchDto[];
}

export class ReplayBatchDto {
  @ApiProperty({ example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ description: 'The run that works it off.', example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  runId!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'As it was asked for.',
    example: { category: 'billing' },
  })
  filter!: Record<string, unknown>;
  @ApiInteger({ nullable: true, example: 4 }) promptVersion!: number | null;
  @ApiProperty({ type: String, nullable: true, example: null }) model!: string | null;
  @ApiProperty(PASSAGES) passages!: PassageSource;
  @ApiProperty({ enum: [...RUN_STATES, 'paused'], example: 'running' }) state!: RunState | 'paused';
  @ApiProperty({ type: EnrichmentBatchErrorDto, nullable: true, example: null })
  error!: EnrichmentBatchErrorDto | null;
  @ApiProperty({ type: EnrichmentBatchCountsDto }) counts!: EnrichmentBatchCountsDto;
  @ApiProperty({ description: 'Enrichments that are done with, of all; 1 when every one is.', example: 0.93 })
  progress!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'What has become of the replays that were begun, by their state now.',
    example: { running: 20, ready: 1_830, failed: 12 },
  })
  replays!: Record<string, number>;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.201Z' }) startedAt!: string | null;
  @ApiTime({ nullable: true, example: null }) endedAt!: string | null;
}

export class ReplayBatchPageDto {
  @ApiProperty({ type: [ReplayBatchDto] }) data!: ReplayBatchDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class StartedReplayBatchDto {
  @ApiProperty({ example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ description: 'The run that works it off.', example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  runId!: string;
  @ApiInteger({ description: 'Enrichments that were chosen.', example: 2_000 }) total!: number;
}

class ChangedFieldDto {
  @ApiProperty({ enum: COMPARED_FIELDS, example: 'category' }) field!: string;
  @ApiInteger({ description: 'Replays in which it came out otherwise.', example: 96 }) changed!: number;
}

class MovedValueDto {
  @ApiProperty({ enum: ['category', 'priority'], example: 'category' }) field!: string;
  @ApiProperty({ type: String, nullable: true, example: 'question' }) before!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'billing' }) after!: string | null;
  @ApiInteger({ example: 41 }) count!: number;
}

class CitationCountsDto {
  @ApiInteger({ description: 'Quoted by both.', example: 3_120 }) kept!: number;
  @ApiInteger({ description: 'Quoted by replays alone.', example: 85 }) gained!: number;
  @ApiInteger({ description: 'Quoted by originals alone.', example: 61 }) lost!: number;
}

class AbstentionCountsDto {
  @ApiInteger({ description: 'Originals without an answer.', example: 204 }) before!: number;
  @ApiInteger({ description: 'Replays without an answer.', example: 188 }) after!: number;
  @ApiInteger({ description: 'Answered before, and not by the replay.', example: 12 }) gained!: number;
  @ApiInteger({ description: 'Answered by the replay, and not before.', example: 28 }) lost!: number;
}

class CostsDto {
  @ApiInteger({ format: 'int64', description: 'Of the originals.', example: 8_120_000 }) before!: number;
  @ApiInteger({ format: 'int64', description: 'Of the replays.', example: 7_640_000 }) after!: number;
}

export class ReplayBatchSummaryDto {
  @ApiInteger({
    description: 'Replays that are ready, and so are held against their originals.',
    example: 1_830,
  })
  compared!: number;
  @ApiInteger({ description: 'Of these, with any difference.', example: 412 }) changed!: number;
  @ApiProperty({ type: [ChangedFieldDto], description: 'By field, the most first.' })
  fields!: ChangedFieldDto[];
  @ApiProperty({ type: [MovedValueDto], description: 'What became what, the 50 most frequent.' })
  moves!: MovedValueDto[];
  @ApiProperty({ type: CitationCountsDto }) citations!: CitationCountsDto;
  @ApiProperty({ type: AbstentionCountsDto }) abstentions!: AbstentionCountsDto;
  @ApiProperty({ type: CostsDto, description: 'In millionths of a US dollar, repairs included.' })
  costMicros!: CostsDto;
  @ApiProperty({ example: 'USD' }) currency!: string;
}
