import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BIGINT, TIMESTAMP } from './columns.js';

/** How much of a document went where, as its erasure goes along. Absent means none. */
export type ErasureTally = Partial<Record<ErasureCount, number>>;

export type ErasureCount =
  | 'versions'
  | 'uploads'
  | 'contents'
  | 'contentsKept'
  | 'chunks'
  | 'vectors'
  | 'lexicalRows'
  | 'replies'
  | 'citations'
  | 'modelOutputs'
  | 'objects'
  | 'objectBytes'
  | 'executions'
  | 'executionsKept';

@Entity('document_erasures')
export class DocumentErasureTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid', { name: 'document_id' }) documentId!: string;
  @Column('uuid', { name: 'run_id' }) runId!: string;
  @Column('text', { name: 'requested_by' }) requestedBy!: string;
  @Column({ ...TIMESTAMP, name: 'requested_at', default: () => 'now()' }) requestedAt!: Date;
  @Column('jsonb', { default: {} }) tally!: ErasureTally;
}

@Entity('object_deletions')
export class ObjectDeletionTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'run_id' }) runId!: string;
  @Column('text', { name: 'object_key' }) objectKey!: string;
  @Column('boolean', { name: 'is_late' }) isLate!: boolean;
  @Column({ ...TIMESTAMP, name: 'due_at' }) dueAt!: Date;
  @Column({ ...BIGINT, name: 'size_bytes', nullable: true }) sizeBytes!: number | null;
}
