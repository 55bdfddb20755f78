import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BIGINT, TIMESTAMP } from './columns.js';

/** From which step a content is being made again. */
export type StaleFrom = 'parse' | 'embed';

export type ContentState = 'processing' | 'indexed' | 'rejected';

@Entity('contents')
export class ContentTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('bytea') sha256!: Buffer;
  @Column('text', { name: 'parser_kind' }) parserKind!: string;
  @Column('text') language!: string;
  @Column('integer', { name: 'pipeline_version' }) pipelineVersion!: number;
  @Column('text') state!: ContentState;
  @Column('uuid', { name: 'lease_run_id', nullable: true }) leaseRunId!: string | null;
  @Column({ ...TIMESTAMP, name: 'lease_expires_at', nullable: true }) leaseExpiresAt!: Date | null;
  @Column({ ...BIGINT, name: 'fencing_token' }) fencingToken!: number;
  @Column({ ...BIGINT, name: 'size_bytes' }) sizeBytes!: number;
  @Column('text', { name: 'object_key', nullable: true }) objectKey!: string | null;
  @Column('text', { name: 'text_key', nullable: true }) textKey!: string | null;
  @Column('text', { nullable: true }) title!: string | null;
  @Column('jsonb') metadata!: Record<string, string>;
  @Column('text', { name: 'detected_language', nullable: true }) detectedLanguage!: string | null;
  @Column('integer', { name: 'page_count', nullable: true }) pageCount!: number | null;
  @Column('integer', { name: 'chunk_count' }) chunkCount!: number;
  @Column('integer', { array: true, name: 'lexeme_terms' }) lexemeTerms!: number[];
  @Column('integer', { array: true, name: 'lexeme_deltas' }) lexemeDeltas!: number[];
  @Column('text', { name: 'error_code', nullable: true }) errorCode!: string | null;
  @Column('text', { name: 'error_message', nullable: true }) errorMessage!: string | null;
  @Column('text', { name: 'stale_from', nullable: true }) staleFrom!: StaleFrom | null;
  @Column('jsonb') timings!: Record<string, number>;
  @Column({ ...TIMESTAMP, name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column({ ...TIMESTAMP, name: 'indexed_at', nullable: true }) indexedAt!: Date | null;
  @Column({ ...BIGINT, name: 'posting_block', nullable: true }) postingBlock!: number | null;
}

@Entity('chunks')
export class ChunkTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'content_id' }) contentId!: string;
  @Column('integer') ordinal!: number;
  @Column('text') text!: string;
  @Column('text', { array: true, name: 'section_path' }) sectionPath!: string[];
  @Column('integer', { nullable: true }) page!: number | null;
  @Column('integer', { name: 'char_start' }) charStart!: number;
  @Column('integer', { name: 'char_end' }) charEnd!: number;
  @Column('integer', { name: 'token_count' }) tokenCount!: number;
}
