import type { DataSource } from 'typeorm';
import { TenantTransaction } from './tenant-transaction.js';

const UUID_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
    if (!UUID_PATTERN.test(orgId)) throw new RangeError(`not an org id: ${orgId}`);
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`select set_config('docket.org_id', $1, true)`, [orgId]);
      return work(new TenantTransaction(orgId, manager));
    });
  }
}
