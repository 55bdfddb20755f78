import type { TenantDatabase } from '../connection/tenant-database.js';
import { ChainCheck, type ChainProblem } from './audit-chain.js';

/** Records read at once: small enough for a short transaction, large enough that round trips do not count. */
const PAGE = 1_000;

export interface AuditVerdict {
  /** Events that were read. */
  events: number;
  head: { seq: number; hash: string } | null;
  problem: ChainProblem | null;
}

/**
 * Follows an org's chain from its first event to where it ended when this began. What is appended meanwhile is left to
 * the next time.
 */
export async function verifyAudit(tenants: TenantDatabase, orgId: string): Promise<AuditVerdict> {
  const head = await tenants.withTenant(orgId, (tx) => tx.audit.head());
  const check = new ChainCheck(orgId);
  const lastSeq = head?.seq ?? Number.MAX_SAFE_INTEGER;
  for (let holds = true; holds && check.events < lastSeq;) {
    const records = await tenants.withTenant(orgId, (tx) => tx.audit.chain(check.events, PAGE));
    for (const record of records) holds = holds && record.seq <= lastSeq && check.take(record);
    if (records.length < PAGE) break;
  }
  return {
    events: check.events,
    head: head && { seq: head.seq, hash: head.hash.toString('hex') },
    problem: check.finish(head),
  };
}
