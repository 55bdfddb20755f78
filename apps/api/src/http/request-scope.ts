import type { AuditActor } from '@docket/db/audit/event';
import type { IdempotencyClaim } from '@docket/db/idempotency';
import { AsyncLocalStorage } from 'node:async_hooks';

/** What belongs to one request and must reach its transactions without going through every signature between. */
export interface RequestScope {
  /** Who acts, for the audit. */
  actor?: AuditActor;
  /** The claim whose answer has not been stored yet. */
  claim?: IdempotencyClaim;
  /** Where what the request made is read from now on, as it was stored for a repeat. */
  location?: string;
  /** Of an operator: the key whose answer has not been stored yet, and what it was sent with. */
  operatorRequest?: { key: string; fingerprint: Buffer };
}

const SYSTEM: AuditActor = { kind: 'system', id: null, requestId: null, address: null };

const storage = new AsyncLocalStorage<RequestScope>();

/** Runs everything that follows from `work` with a scope of its own. */
export function withRequestScope<T>(scope: RequestScope, work: () => T): T {
  return storage.run(scope, work);
}

/** The scope of the request under way; outside of one, an empty one that nobody else sees. */
export function currentRequestScope(): RequestScope {
  return storage.getStore() ?? {};
}

/** Who acts; Docket itself outside of a request. */
export function currentActor(): AuditActor {
  return currentRequestScope().actor ?? SYSTEM;
}

/** Notes who turned out to be asking. */
export function nameActor(kind: AuditActor['kind'], id: string | null): void {
  const scope = currentRequestScope();
  if (scope.actor) scope.actor = { ...scope.actor, kind, id };
}
