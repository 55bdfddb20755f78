import type { PersonTransaction } from '@docket/db/person-transaction';
import type { SessionEnd } from '@docket/db/people/session';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { toTypeId } from '@docket/domain/ids/type-id';

/** Ends an open session and tells the audit why; false when it was none. */
export async function endSession(
  tx: TenantTransaction,
  person: PersonTransaction,
  sessionId: string,
  reason: SessionEnd,
): Promise<boolean> {
  const ended = await person.sessions.end(sessionId, reason);
  if (ended)
    tx.audit.append({ action: 'session.end', subject: toTypeId('session', sessionId), after: { reason } });
  return ended;
}
