import type { Role } from '@docket/domain/access/roles';
import { USABLE_KEY_SQL, type UsableApiKey } from '../access/api-key.repository.js';
import { COLLECTION_SQL, type CollectionRow } from '../documents/collection.repository.js';
import { DOCUMENT_SQL, type DocumentView } from '../documents/document-view.js';
import { ROLE_IN_SESSION_SQL } from '../people/membership.repository.js';
import type { Statement } from './bound-read.js';
import type { ReadLanes } from './read-lanes.js';

/** As {@link TenantDatabase} binds a transaction, for the one statement that follows. */
const AS_ORG = `select set_config('docket.org_id', $1, true)`;
const AS_MEMBER = `select set_config('docket.org_id', $1, true), set_config('docket.user_id', $2, true)`;
/** Binds to whose key it is, and to nobody when it is nobody's. */
const AS_OWNER_OF_KEY = `select set_config('docket.org_id', org_id::text, true) from docket_find_api_key($1)`;

/**
 * What is asked at every request, and what clients ask for most: single rows by their id, each as its org, under the same
 * policies as in {@link TenantDatabase}, for one shared round trip.
 */
export class TenantReads {
  constructor(private readonly lanes: ReadLanes) {}

  /** The key with this hash when it may be used now: not revoked, not expired by the database's clock. */
  async usableKey(keyHash: Buffer): Promise<UsableApiKey | null> {
    return this.row(
      { text: AS_OWNER_OF_KEY, values: [keyHash] },
      { text: USABLE_KEY_SQL, values: [keyHash] },
    );
  }

  /** The role of a person whose session is open; null without a membership or an open session. */
  async roleInSession(orgId: string, userId: string, sessionId: string): Promise<Role | null> {
    const row = await this.row<{ role: Role }>(
      { text: AS_MEMBER, values: [orgId, userId] },
      { text: ROLE_IN_SESSION_SQL, values: [orgId, userId, sessionId] },
    );
    return row?.role ?? null;
  }

  async collection(orgId: string, id: string): Promise<CollectionRow | null> {
    return this.row(asOrg(orgId), { text: COLLECTION_SQL, values: [orgId, id] });
  }

  /** The document with its newest version. */
  async document(orgId: string, id: string): Promise<DocumentView | null> {
    return this.row(asOrg(orgId), { text: DOCUMENT_SQL, values: [orgId, id, null] });
  }

  /** Waits for what is under way and lets go of the connections. */
  async close(): Promise<void> {
    await this.lanes.close();
  }

  private async row<T>(binding: Statement, read: Statement): Promise<T | null> {
    const rows = await this.lanes.read<T>(binding, read);
    return rows[0] ?? null;
  }
}

function asOrg(orgId: string): Statement {
  return { text: AS_ORG, values: [orgId] };
}
