import { RUN_STATES, type RunState } from '@docket/domain/run/state-rules';
import { RUN_KINDS } from '@docket/workflows/run/contract';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsIn } from 'class-validator';
import { IsNested } from '../http/nested.validator.js';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { IsTime } from '../http/time.validator.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

export const RUN_BATCH_ACTIONS = ['retry', 'cancel', 'rerun'] as const;
export type RunBatchAction = (typeof RUN_BATCH_ACTIONS)[number];

/** Ids in one request: what fits a body of a megabyte with room to spare. More are chosen by a filter. */
const MOST_IDS = 10_000;

export class RunBatchFilterDto {
  @ApiPropertyOptional({ enum: RUN_KINDS, description: 'Name of the workflow.', example: 'documentIngest' })
  @Optional()
  @IsIn(RUN_KINDS)
  kind?: string;

  @ApiPropertyOptional({
    enum: RUN_STATES,
    description:
      'By default what the action is for: `failed` and `terminated` to retry, open runs to cancel, `succeeded` to rerun.',
    example: 'failed',
  })
  @Optional()
  @IsIn(RUN_STATES)
  state?: RunState;

  @ApiPropertyOptional({ example: 'storage.unavailable' })
  @Optional()
  @IsText(100)
  errorCode?: string;

  @ApiPropertyOptional({
    description: 'Id of what runs are about.',
    example: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  @Optional()
  @IsText(100)
  subject?: string;

  @ApiPropertyOptional({ description: 'Began at or after this time.', example: '2026-05-04T00:00:00Z' })
  @Optional()
  @IsTime()
  since?: string;

  @ApiPropertyOptional({ description: 'Began before this time.', example: '2026-05-05T00:00:00Z' })
  @Optional()
  @IsTime()
  until?: string;

  @ApiPropertyOptional({
    description:
      'Only runs whose result counts now and was made by this worker build: what a bad release left behind, to be made again.',
    example: '3f2a91bc04de',
  })
  @Optional()
  @IsText(200)
  workerBuild?: string;
}

export class CreateRunBatchDto {
  @ApiPropertyOptional({
    type: RunBatchFilterDto,
    description: 'Which runs are meant. Either this or `ids`.',
  })
  @Optional()
  @IsNested(() => RunBatchFilterDto)
  filter?: RunBatchFilterDto;

  @ApiPropertyOptional({
    type: [String],
    minItems: 1,
    maxItems: MOST_IDS,
    description: 'Runs by their ids. Either this or `filter`.',
    example: ['run_01k8m3zq4yfk5tx2w7c9v1b6ng'],
  })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_IDS)
  @IsText(100, { each: true })
  ids?: string[];

  @ApiProperty({ enum: RUN_BATCH_ACTIONS, example: 'retry' })
  @IsIn(RUN_BATCH_ACTIONS)
  action!: RunBatchAction;

  @ApiPropertyOptional({ description: 'With `rerun`: the first step to make again.', example: 'parse' })
  @Optional()
  @IsText(40)
  fromStep?: string;

  @ApiPropertyOptional({
    default: false,
    description: 'Count only: what would be acted on, and nothing is.',
    example: false,
  })
  @Optional()
  @IsBoolean()
  dryRun?: boolean;
}

class RunBatchMatchDto {
  @ApiProperty({ example: 'documentIngest' }) kind!: string;
  @ApiProperty({ type: String, nullable: true, example: 'storage.unavailable' }) errorCode!: string | null;
  @ApiInteger({ example: 1_812 }) count!: number;
}

export class DryRunBatchDto {
  @ApiProperty({ example: true }) dryRun!: true;
  @ApiInteger({ description: 'Runs that would be acted on.', example: 2_000 }) total!: number;
  @ApiProperty({ type: [RunBatchMatchDto], description: 'By kind and code, the most first.' })
  matches!: RunBatchMatchDto[];
}

class RunBatchCountsDto {
  @ApiInteger({ description: 'Chosen when the batch was made. The others add up to it.', example: 2_000 })
  total!: number;
  @ApiInteger({ description: 'Not looked at yet.', example: 120 }) pending!: number;
  @ApiInteger({ description: 'Acted on.', example: 1_850 }) done!: number;
  @ApiInteger({ description: 'It was so already: another had done it.', example: 18 }) unchanged!: number;
  @ApiInteger({ description: 'It cannot be done; `refusals` says why.', example: 12 }) refused!: number;
  @ApiInteger({ description: 'Left out: the batch was cancelled before.', example: 0 }) skipped!: number;
}

class RunBatchRefusalDto {
  @ApiProperty({ example: 'run.not_retryable' }) code!: string;
  @ApiInteger({ example: 12 }) count!: number;
  @ApiProperty({ description: 'Of one of them.', example: 'It is searchable, and nothing failed.' })
  message!: string;
}

class RunBatchErrorDto {
  @ApiProperty({ example: 'run.terminated' }) code!: string;
  @ApiProperty({ example: 'The run was terminated in Temporal.' }) message!: string;
}

export class RunBatchDto {
  @ApiProperty({ example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ description: 'The run that works it off.', example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  runId!: string;
  @ApiProperty({ enum: RUN_BATCH_ACTIONS, example: 'retry' }) action!: RunBatchAction;
  @ApiProperty({ type: String, nullable: true, example: null }) fromStep!: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'As it was asked for; null when runs were named by their ids.',
    example: { state: 'failed', errorCode: 'storage.unavailable' },
  })
  filter!: Record<string, unknown> | null;
  @ApiProperty({ enum: [...RUN_STATES, 'paused'], example: 'running' }) state!: RunState | 'paused';
  @ApiProperty({ type: RunBatchErrorDto, nullable: true, example: null }) error!: RunBatchErrorDto | null;
  @ApiProperty({ type: RunBatchCountsDto }) counts!: RunBatchCountsDto;
  @ApiProperty({ description: 'Items with an outcome, of all; 1 when every one has.', example: 0.94 })
  progress!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'What has become of the runs that were acted on, by their state now.',
    example: { running: 40, succeeded: 1_800, failed: 10 },
  })
  runs!: Record<string, number>;
  @ApiProperty({ type: [RunBatchRefusalDto], description: 'The most frequent first.' })
  refusals!: RunBatchRefusalDto[];
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.201Z' }) startedAt!: string | null;
  @ApiTime({ nullable: true, example: null }) endedAt!: string | null;
}

export class RunBatchPageDto {
  @ApiProperty({ type: [RunBatchDto] }) data!: RunBatchDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class StartedRunBatchDto {
  @ApiProperty({ example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ description: 'The run that works it off.', example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  runId!: string;
  @ApiInteger({ description: 'Runs that were chosen.', example: 2_000 }) total!: number;
}
