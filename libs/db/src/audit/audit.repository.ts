import type { EntityManager } from 'typeorm';
import type { ChainedRecord, ChainHead } from './audit-chain.js';
import type { AuditEvent } from './audit-event.js';

export interface AuditFilter {
  action?: string;
  subject?: string;
  actorId?: string;
  since?: Date;
  until?: Date;
}

export interface StoredAuditEvent extends ChainedRecord {
  at: string;
}

export interface AuditRow {
  seq: string;
  record: string;
  at: string;
  previous_hash: Buffer;
  hash: Buffer;
}

export class AuditRepository {
  /** What this transaction did so far; written when it commits. */
  private readonly pending: AuditEvent[] = [];

  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /**
   * Says what the transaction does. It is written as its last statement, since from there to the commit everybody else
   * who acts in the org waits; when the transaction rolls back, nothing was done and nothing is written.
   */
  append(event: AuditEvent): void {
    this.pending.push(event);
  }

  /** Hands over what is to be written, once. */
  drain(): AuditEvent[] {
    return this.pending.splice(0);
  }

  /** Appends records to the org's chain. Their places and hashes are given by the database. */
  async write(records: readonly string[]): Promise<void> {
    await this.manager.query(
      'insert into audit_events (org_id, record) select $1, record from unnest($2::text[]) as record',
      [this.orgId, records],
    );
  }

  /** A page, newest first; `beforeSeq` is the last one seen. */
  async list(
    filter: AuditFilter,
    page: { limit: number; beforeSeq: number | null },
  ): Promise<StoredAuditEvent[]> {
    const rows: AuditRow[] = await this.manager.query(
      `select seq, record, at, previous_hash, hash from audit_events
        where org_id = $1 and ($2::bigint is null or seq < $2) and ($3::text is null or action = $3)
          and ($4::text is null or subject = $4) and ($5::text is null or actor_id = $5)
          and ($6::text is null or at >= $6) and ($7::text is null or at < $7)
        order by seq desc limit $8`,
      [
        this.orgId,
        page.beforeSeq,
        filter.action ?? null,
        filter.subject ?? null,
        filter.actorId ?? null,
        filter.since?.toISOString() ?? null,
        filter.until?.toISOString() ?? null,
        page.limit + 1,
      ],
    );
    return rows.map((row) => ({ ...toChained(row), at: row.at }));
  }

  /** The chain in its order, from behind `afterSeq`. */
  async chain(afterSeq: number, limit: number): Promise<ChainedRecord[]> {
    const rows: AuditRow[] = await this.manager.query(
      `select seq, record, previous_hash, hash from audit_events
        where org_id = $1 and seq > $2 order by seq limit $3`,
      [this.orgId, afterSeq, limit],
    );
    return rows.map(toChained);
  }

  /** Where the chain ends; null before the first event. */
  async head(): Promise<ChainHead | null> {
    const rows: { seq: string; hash: Buffer }[] = await this.manager.query(
      'select seq, hash from audit_heads where org_id = $1',
      [this.orgId],
    );
    const row = rows[0];
    return row ? { seq: Number(row.seq), hash: row.hash } : null;
  }

  /** The hash of one event; null when there is no such event. */
  async hashAt(seq: number): Promise<Buffer | null> {
    const rows: { hash: Buffer }[] = await this.manager.query(
      'select hash from audit_events where org_id = $1 and seq = $2',
      [this.orgId, seq],
    );
    return rows[0]?.hash ?? null;
  }
}

export function toChained(row: AuditRow): ChainedRecord {
  return { seq: Number(row.seq), record: row.record, previousHash: row.previous_hash, hash: row.hash };
}
