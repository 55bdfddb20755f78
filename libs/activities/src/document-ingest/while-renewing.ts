import type { DocumentIngestDependencies } from './document-ingest.dependencies.js';
import type { IngestSubject } from './document-ingest.types.js';

/** So that three in a row may fail. */
const RENEWALS_PER_LEASE = 4;

/**
 * Holds a content's claim for as long as the work takes. Where it was lost all the same, as by a machine that froze, the
 * fencing token has the last word: what is written under it is refused.
 */
export async function whileRenewing<T>(
  on: Pick<DocumentIngestDependencies, 'tenants'>,
  { orgId }: IngestSubject,
  claim: { contentId: string; fencingToken: number; leaseSeconds: number },
  work: () => Promise<T>,
): Promise<T> {
  const { contentId, fencingToken, leaseSeconds } = claim;
  const renew = (): void => {
    on.tenants
      .withTenant(orgId, (tx) => tx.contents.renewLease(contentId, fencingToken, leaseSeconds))
      // The next one may come through; if none does, somebody else takes over.
      .catch(() => undefined);
  };
  const timer = setInterval(renew, (leaseSeconds / RENEWALS_PER_LEASE) * 1_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
