import type { IdempotencyClaim } from '@docket/db/idempotency';
import { AsyncLocalStorage } from 'node:async_hooks';

/** What belongs to one request and must reach its transactions without going through every signature between. */
export interface RequestScope {
  /** The claim whose answer has not been stored yet. */
  claim?: IdempotencyClaim;
}

const storage = new AsyncLocalStorage<RequestScope>();

/** Runs everything that follows from `work` with a scope of its own. */
export function withRequestScope<T>(scope: RequestScope, work: () => T): T {
  return storage.run(scope, work);
}

/** The scope of the request under way; outside of one, an empty one that nobody else sees. */
export function currentRequestScope(): RequestScope {
  return storage.getStore() ?? {};
}
