import { toTypeId } from '@docket/domain/ids/type-id';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { randomBytes } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { ChainCheck, type ChainHead } from './audit-chain.js';
import { auditRecord, type AuditActor, type AuditEvent } from './audit-event.js';
import { toChained, type AuditRow, type StoredAuditEvent } from './audit.repository.js';
import type { AuditVerdict } from './verify-audit.js';

/** What the chain begins with the hash of, in the place of an org's id. */
const CHAIN = 'installation';
/** Records read at once, as of an org's chain. */
const PAGE = 1_000;

export interface InstallationFilter {
  action?: string;
  subject?: string;
}

/**
 * What was done to the installation and belongs to no org: acts of operators and commands, and sign-ins that failed. A
 * chain of hashes like those of orgs, to which the application can add and nothing else.
 */
export class InstallationLog {
  constructor(
    private readonly dataSource: DataSource,
    private readonly currentActor: () => AuditActor,
  ) {}

  /**
   * Adds an event, in a transaction of its own or in the one under way, and then as its last statement: from there to the
   * commit everybody else who is logged waits.
   */
  async append(event: AuditEvent, manager: EntityManager = this.dataSource.manager): Promise<void> {
    const at = new Date();
    const id = toTypeId('auditEvent', uuidV7(at.getTime(), randomBytes(10)));
    const record = auditRecord(id, at, this.currentActor(), event);
    await manager.query('insert into installation_events (record) values ($1)', [record]);
  }

  /** A page, newest first, one more than asked for; `beforeSeq` is the last one seen. */
  async list(
    filter: InstallationFilter,
    page: { limit: number; beforeSeq: number | null },
  ): Promise<StoredAuditEvent[]> {
    const rows: AuditRow[] = await this.dataSource.query(
      `select seq, record, at, previous_hash, hash from installation_events
        where ($1::bigint is null or seq < $1) and ($2::text is null or action = $2)
          and ($3::text is null or subject = $3) order by seq desc limit $4`,
      [page.beforeSeq, filter.action ?? null, filter.subject ?? null, page.limit + 1],
    );
    return rows.map((row) => ({ ...toChained(row), at: row.at }));
  }

  /** Follows the chain to where it ended when this began. */
  async verify(): Promise<AuditVerdict> {
    const head = await this.head();
    const check = new ChainCheck(CHAIN);
    for (let holds = true; holds && check.events < (head?.seq ?? 0);) {
      const rows: AuditRow[] = await this.dataSource.query(
        `select seq, record, previous_hash, hash from installation_events
          where seq > $1 and seq <= $2 order by seq limit $3`,
        [check.events, head?.seq, PAGE],
      );
      for (const row of rows) holds = holds && check.take(toChained(row));
      if (rows.length < PAGE) break;
    }
    return {
      events: check.events,
      head: head && { seq: head.seq, hash: head.hash.toString('hex') },
      problem: check.finish(head),
    };
  }

  /** Null before the first event. */
  private async head(): Promise<ChainHead | null> {
    const rows: { seq: string; hash: Buffer }[] = await this.dataSource.query(
      'select seq, hash from installation_heads where seq > 0',
    );
    const row = rows[0];
    return row ? { seq: Number(row.seq), hash: row.hash } : null;
  }
}
