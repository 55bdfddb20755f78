import type { VersionState } from '@docket/domain/document/state-rules';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BIGINT, TIMESTAMP } from './columns.js';

@Entity('collections')
export class CollectionTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('text', { nullable: true }) description!: string | null;
  @Column({ ...TIMESTAMP, name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}

@Entity('documents')
export class DocumentTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'collection_id', nullable: true }) collectionId!: string | null;
  @Column('text') title!: string;
  @Column('text', { name: 'source_url', nullable: true }) sourceUrl!: string | null;
  @Column('text', { name: 'external_key', nullable: true }) externalKey!: string | null;
  @Column('jsonb') metadata!: Record<string, string>;
  @Column('integer', { name: 'latest_version' }) latestVersion!: number;
  @Column('integer', { name: 'current_version', nullable: true }) currentVersion!: number | null;
  @Column('uuid', { name: 'current_content_id', nullable: true }) currentContentId!: string | null;
  @Column({ ...TIMESTAMP, name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column({ ...TIMESTAMP, name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
  @Column({ ...TIMESTAMP, name: 'deleted_at', nullable: true }) deletedAt!: Date | null;
}

@Entity('document_versions')
export class DocumentVersionTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'document_id' }) documentId!: string;
  @Column('integer') version!: number;
  @Column('text') state!: VersionState;
  @Column('text', { nullable: true }) step!: string | null;
  @Column('uuid', { name: 'content_id', nullable: true }) contentId!: string | null;
  @Column('uuid', { name: 'run_id', nullable: true }) runId!: string | null;
  @Column('text', { name: 'file_name' }) fileName!: string;
  @Column('text', { name: 'media_type' }) mediaType!: string;
  @Column({ ...BIGINT, name: 'size_bytes' }) sizeBytes!: number;
  @Column('bytea') sha256!: Buffer;
  @Column('text') language!: string;
  @Column('text', { name: 'error_code', nullable: true }) errorCode!: string | null;
  @Column('text', { name: 'error_message', nullable: true }) errorMessage!: string | null;
  @Column('integer', { name: 'storage_failures' }) storageFailures!: number;
  @Column('integer', { name: 'parser_stalls' }) parserStalls!: number;
  @Column('jsonb') timings!: Record<string, number>;
  @Column({ ...TIMESTAMP, name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column({ ...TIMESTAMP, name: 'indexed_at', nullable: true }) indexedAt!: Date | null;
}

@Entity('uploads')
export class UploadTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'version_id' }) versionId!: string;
  @Column('text', { name: 'staging_key' }) stagingKey!: string;
  @Column({ ...TIMESTAMP, name: 'expires_at' }) expiresAt!: Date;
  @Column({ ...TIMESTAMP, name: 'received_at', nullable: true }) receivedAt!: Date | null;
  @Column({ ...TIMESTAMP, name: 'staging_cleared_at', nullable: true }) stagingClearedAt!: Date | null;
  @Column({ ...TIMESTAMP, name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
