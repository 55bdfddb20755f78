import { ERROR_CATEGORIES, type ErrorCategory } from '@docket/domain/errors';
import { RUN_STATES, type RunState } from '@docket/domain/run/state-rules';
import { RUN_KINDS } from '@docket/workflows/run/contract';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsTime } from '../http/time.validator.js';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { PageQuery } from '../http/page.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

class RunErrorDto {
  @ApiProperty({ example: 'document.unreadable' }) code!: string;
  @ApiProperty({ example: 'The file could not be read as text.' }) message!: string;
  @ApiProperty({ enum: ERROR_CATEGORIES, description: 'Whose matter it is.', example: 'input' })
  category!: ErrorCategory;
}

class RunExecutionDto {
  @ApiProperty({ description: 'Run id in Temporal.', example: '0199c1de-6f0a-7b1e-8a53-1e6f5ad50d0e' })
  temporalRunId!: string;
  @ApiProperty({ example: '3f2a91bc04de' }) workerBuild!: string;
  @ApiTime({ example: '2026-05-04T09:12:33.201Z' }) startedAt!: string;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.480Z' }) endedAt!: string | null;
}

export class RunDto {
  @ApiProperty({ example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ description: 'Name of the workflow.', example: 'documentIngest' }) kind!: string;
  @ApiProperty({ description: 'What the run is about.', example: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  subject!: string;
  @ApiProperty({ enum: RUN_STATES, example: 'succeeded' }) state!: RunState;
  @ApiProperty({ type: String, nullable: true, example: null }) step!: string | null;
  @ApiProperty({ type: RunErrorDto, nullable: true, example: null }) error!: RunErrorDto | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { chunkCount: 5, reused: false },
  })
  result!: Record<string, unknown> | null;
  @ApiInteger({ example: 1 }) attempts!: number;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.201Z' }) startedAt!: string | null;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.480Z' }) endedAt!: string | null;
  @ApiTime({
    nullable: true,
    description: 'When a failed run is retried by itself; null when it waits for a person.',
    example: null,
  })
  nextRetryAt!: string | null;
  @ApiTime({
    nullable: true,
    description: 'When it was left to people, since it failed the same way again and again.',
    example: null,
  })
  setAsideAt!: string | null;
  @ApiProperty({ description: 'Id in Temporal.', example: 'document-ingest:org_…:doc_…:v1' })
  workflowId!: string;
  @ApiProperty({ description: 'Id of the request that began it.', example: '01k8m3zq' }) requestId!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Trace of that request, where it had one.',
    example: '4bf92f3577b34da6a3ce929d0e0e4736',
  })
  traceId!: string | null;
  @ApiProperty({ type: [RunExecutionDto] }) executions!: RunExecutionDto[];
}

export class RunPageDto {
  @ApiProperty({ type: [RunDto] }) data!: RunDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class RunEventDto {
  @ApiTime({ example: '2026-05-04T09:12:33.410Z' }) at!: string;
  @ApiProperty({ example: 'parse' }) step!: string;
  @ApiProperty({ description: 'In plain words.', example: 'Parsed as markdown: 2987 characters of text' })
  what!: string;
  @ApiProperty({
    description: 'The whole sentence: what was done, in which attempt and after what, how long it took.',
    example: 'Parsing, attempt 2 after a time-out, 3.1 s: Parsed as markdown: 2987 characters of text',
  })
  line!: string;
  @ApiInteger({ example: 1 }) attempt!: number;
  @ApiInteger({ nullable: true, example: 9 }) durationMs!: number | null;
  @ApiProperty({ example: 'succeeded' }) outcome!: string;
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} }) detail!: Record<string, unknown>;
}

export class RunHistoryDto {
  @ApiProperty({ type: [RunEventDto], description: 'Oldest first.' }) data!: RunEventDto[];
}

export class ListRunsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: RUN_KINDS, description: 'Name of the workflow.', example: 'documentIngest' })
  @Optional()
  @IsIn(RUN_KINDS)
  kind?: string;

  @ApiPropertyOptional({ enum: RUN_STATES, example: 'failed' })
  @Optional()
  @IsIn(RUN_STATES)
  state?: RunState;

  @ApiPropertyOptional({ example: 'document.unreadable' })
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

  @ApiPropertyOptional({
    description: 'Only runs that began at or after this time.',
    example: '2026-05-04T00:00:00Z',
  })
  @Optional()
  @IsTime()
  since?: string;
}
