import type { RunState, StepOutcome } from '@docket/domain/run/state-rules';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BIGINT, TIMESTAMP } from './columns.js';

@Entity('runs')
export class RunTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('text') kind!: string;
  @Column('text', { name: 'subject_kind' }) subjectKind!:
    'document' | 'ticket' | 'enrichment' | 'batch' | 'webhookDelivery';
  @Column('uuid', { name: 'subject_id' }) subjectId!: string;
  @Column('text', { name: 'workflow_id' }) workflowId!: string;
  @Column('jsonb') input!: Record<string, unknown>;
  @Column('text', { name: 'request_id' }) requestId!: string;
  @Column('text', { nullable: true }) traceparent!: string | null;
  @Column('text') state!: RunState;
  @Column('text', { nullable: true }) step!: string | null;
  @Column('text', { name: 'error_code', nullable: true }) errorCode!: string | null;
  @Column('text', { name: 'error_message', nullable: true }) errorMessage!: string | null;
  @Column('jsonb', { nullable: true }) result!: Record<string, unknown> | null;
  @Column('integer') attempts!: number;
  @Column({ ...TIMESTAMP, name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column({ ...TIMESTAMP, name: 'queued_at', default: () => 'now()' }) queuedAt!: Date;
  @Column({ ...TIMESTAMP, name: 'started_at', nullable: true }) startedAt!: Date | null;
  @Column({ ...TIMESTAMP, name: 'ended_at', nullable: true }) endedAt!: Date | null;
  @Column({ ...TIMESTAMP, name: 'swept_at', nullable: true }) sweptAt!: Date | null;
  /** Code of its last failure, and how often in a row it failed so. */
  @Column('text', { name: 'failure_code', nullable: true }) failureCode!: string | null;
  @Column('integer', { name: 'same_failures', default: 0 }) sameFailures!: number;
  /** Retries by the sweep since it last succeeded or a person took it up. */
  @Column('integer', { name: 'automatic_retries', default: 0 }) automaticRetries!: number;
  @Column({ ...TIMESTAMP, name: 'next_retry_at', nullable: true }) nextRetryAt!: Date | null;
  @Column({ ...TIMESTAMP, name: 'set_aside_at', nullable: true }) setAsideAt!: Date | null;
}

@Entity('run_executions')
export class RunExecutionTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid', { name: 'run_id' }) runId!: string;
  @PrimaryColumn('uuid', { name: 'temporal_run_id' }) temporalRunId!: string;
  @Column('text', { name: 'worker_build' }) workerBuild!: string;
  @Column({ ...TIMESTAMP, name: 'started_at' }) startedAt!: Date;
  @Column({ ...TIMESTAMP, name: 'ended_at', nullable: true }) endedAt!: Date | null;
}

@Entity('run_events')
export class RunEventTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid', { name: 'run_id' }) runId!: string;
  @PrimaryColumn(BIGINT) id!: number;
  @Column(TIMESTAMP) at!: Date;
  @Column('text') step!: string;
  @Column('text') what!: string;
  @Column('integer') attempt!: number;
  @Column('integer', { name: 'duration_ms', nullable: true }) durationMs!: number | null;
  @Column('text') outcome!: StepOutcome;
  @Column('jsonb') detail!: Record<string, unknown>;
}
