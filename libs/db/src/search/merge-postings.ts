import type { SystemDatabase } from '../connection/system-database.js';
import type { TenantDatabase } from '../connection/tenant-database.js';
import { SCANNED_PASSAGES } from './lexical-leg.js';

/** Large organisations that one round looks at. */
const ORGS_AT_ONCE = 20;

/** Fewer passages than these are scanned in a few milliseconds, and would make blocks that are hardly worth one. */
const WORTH_A_BLOCK = 1_024;

/**
 * Merges what large organisations indexed into blocks, one block for each, and returns how many passages there were. Run it
 * every few seconds: what is not merged is found by scan.
 */
export async function mergePostings(system: SystemDatabase, tenants: TenantDatabase): Promise<number> {
  let merged = 0;
  for (const orgId of await system.orgsWithPassages(SCANNED_PASSAGES, ORGS_AT_ONCE)) {
    merged += await tenants.withTenant(orgId, (tx) => tx.postings.merge(WORTH_A_BLOCK));
  }
  return merged;
}
