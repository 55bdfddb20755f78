import type { ApprovalPolicy } from '@docket/domain/enrichment/approval';
import type { Plan } from '@docket/domain/limits/plan';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BIGINT, TIMESTAMP } from './columns.js';

@Entity('orgs')
export class OrgTable {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('integer', { name: 'retention_days', nullable: true }) retentionDays!: number | null;
  @Column('text', { name: 'approval_policy', default: 'never' }) approvalPolicy!: ApprovalPolicy;
  @Column('double precision', { name: 'approval_confidence', nullable: true }) approvalConfidence!:
    number | null;
  @Column('boolean', { name: 'learn_from_edits', default: false }) learnFromEdits!: boolean;
  @Column('text', { default: 'enterprise' }) plan!: Plan;
  @Column({ ...BIGINT, name: 'tokens_per_day', nullable: true }) tokensPerDay!: number | null;
  @Column({ ...BIGINT, name: 'cost_micros_per_day', nullable: true }) costMicrosPerDay!: number | null;
  @Column({ ...TIMESTAMP, name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}

@Entity('api_keys')
export class ApiKeyTable {
  @PrimaryColumn('uuid', { name: 'org_id' }) orgId!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('text') prefix!: string;
  @Column('bytea', { name: 'key_hash' }) keyHash!: Buffer;
  @Column('text', { array: true }) scopes!: string[];
  @Column({ ...TIMESTAMP, name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column({ ...TIMESTAMP, name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
  @Column({ ...TIMESTAMP, name: 'last_used_at', nullable: true }) lastUsedAt!: Date | null;
  @Column({ ...TIMESTAMP, name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
