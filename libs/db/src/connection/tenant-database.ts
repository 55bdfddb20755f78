import { toTypeId } from '@docket/domain/ids/type-id';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { auditRecord, type AuditActor } from '../audit/audit-event.js';
import { inBoundTransaction } from './bound-transaction.js';
import { PersonTransaction } from './person-transaction.js';
import { TenantTransaction } from './tenant-transaction.js';

const SYSTEM_ACTOR: AuditActor = { kind: 'system', id: null, requestId: null, address: null };

/**
 * The only way to a tenant's rows: a transaction in which row-level security shows one org and nothing else.
 */
export class TenantDatabase {
  /** `currentActor` says who acts, for the audit; by default it is Docket itself. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly currentActor: () => AuditActor = () => SYSTEM_ACTOR,
  ) {}

  /**
   * Runs `work` in one transaction as the given org. It commits when the promise resolves and rolls back when it
   * rejects. No network call belongs inside: it would hold a connection for as long as somebody else likes.
   */
  async withTenant<T>(orgId: string, work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return inBoundTransaction(this.dataSource, { orgId }, async (manager) => {
      const tx = new TenantTransaction(orgId, manager);
      const result = await work(tx);
      await this.writeAudit(tx);
      return result;
    });
  }

  /** The same, and the rows of one person besides: for what is about a person in an org, such as joining it. */
  async withMember<T>(
    orgId: string,
    userId: string,
    work: (tx: TenantTransaction, person: PersonTransaction) => Promise<T>,
  ): Promise<T> {
    return inBoundTransaction(this.dataSource, { orgId, userId }, async (manager) => {
      const tx = new TenantTransaction(orgId, manager);
      const result = await work(tx, new PersonTransaction(userId, manager));
      await this.writeAudit(tx);
      return result;
    });
  }

  /** The last statement before the commit. */
  private async writeAudit(tx: TenantTransaction): Promise<void> {
    const events = tx.audit.drain();
    if (events.length === 0) return;
    const [at, actor] = [new Date(), this.currentActor()];
    const newId = (): string => toTypeId('auditEvent', uuidV7(at.getTime(), randomBytes(10)));
    await tx.audit.write(events.map((event) => auditRecord(newId(), at, actor, event)));
  }
}
