import type { DataSource } from 'typeorm';
import { inBoundTransaction } from './bound-transaction.js';
import { PersonTransaction } from './person-transaction.js';
import { TenantTransaction } from './tenant-transaction.js';

/**
 * The only way to a tenant's rows: a transaction in which row-level security shows one org and nothing else.
 */
export class TenantDatabase {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one transaction as the given org. It commits when the promise resolves and rolls back when it
   * rejects. No network call belongs inside: it would hold a connection for as long as somebody else likes.
   */
  async withTenant<T>(orgId: string, work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return inBoundTransaction(this.dataSource, { orgId }, (manager) =>
      work(new TenantTransaction(orgId, manager)),
    );
  }

  /** The same, and the rows of one person besides: for what is about a person in an org, such as joining it. */
  async withMember<T>(
    orgId: string,
    userId: string,
    work: (tx: TenantTransaction, person: PersonTransaction) => Promise<T>,
  ): Promise<T> {
    return inBoundTransaction(this.dataSource, { orgId, userId }, (manager) =>
      work(new TenantTransaction(orgId, manager), new PersonTransaction(userId, manager)),
    );
  }
}
