import type { EntityManager } from 'typeorm';

/** One caller's key, and what it was sent with. */
export interface IdempotentRequest {
  principalId: string;
  key: string;
  /** SHA-256 over what makes two requests the same. */
  fingerprint: Buffer;
}

/** The right to work on a request, for as long as nobody holds a higher token. */
export interface IdempotencyClaim {
  principalId: string;
  key: string;
  fencingToken: string;
}

/** What an upload address is signed from. */
export interface UploadGrant {
  stagingKey: string;
  mediaType: string;
  sizeBytes: number;
  /** RFC 3339. */
  expiresAt: string;
}

export interface IdempotentAnswer {
  status: number;
  location: string | null;
  /** As it was sent, without the address to upload to; null where there was none, or where it showed a secret. */
  body: string | null;
  isSecret: boolean;
  uploadGrant: UploadGrant | null;
}

export type ClaimOutcome =
  | { kind: 'claimed'; claim: IdempotencyClaim }
  | { kind: 'answered'; answer: IdempotentAnswer }
  | { kind: 'in_progress' }
  | { kind: 'mismatch' };

/** Hours after which a key is as good as never used. */
const KEPT_HOURS = 24;

interface KeyRow {
  fingerprint: Buffer;
  answered: boolean;
  status: number;
  location: string | null;
  body: string | null;
  is_secret: boolean;
  upload_grant: UploadGrant | null;
}

export class IdempotencyRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /**
   * Claims a request for `leaseSeconds`, to be committed before any of its work is done. A claim whose lease ran out is
   * taken over, with a higher token; a key that is over is as if it were new.
   */
  async claim(request: IdempotentRequest, leaseSeconds: number): Promise<ClaimOutcome> {
    const { principalId, key, fingerprint } = request;
    const claimed: { fencing_token: string }[] = await this.manager.query(
      `insert into idempotency_keys as k (org_id, principal_id, key, fingerprint, lease_expires_at, expires_at)
       values ($1, $2, $3, $4, now() + make_interval(secs => $5), now() + make_interval(hours => $6))
       on conflict (org_id, principal_id, key) do update
          set fingerprint = excluded.fingerprint, lease_expires_at = excluded.lease_expires_at,
              fencing_token = nextval('idempotency_fencing_tokens'), expires_at = excluded.expires_at,
              answered_at = null, status = null, location = null, body = null, is_secret = false, upload_grant = null
        where k.expires_at < now()
           or (k.answered_at is null and k.lease_expires_at < now() and k.fingerprint = excluded.fingerprint)
       returning fencing_token`,
      [this.orgId, principalId, key, fingerprint, leaseSeconds, KEPT_HOURS],
    );
    const fencingToken = claimed[0]?.fencing_token;
    if (fencingToken !== undefined) return { kind: 'claimed', claim: { principalId, key, fencingToken } };
    return this.whatIsThere(request);
  }

  /**
   * Stores the answer in the transaction of the effect. False when somebody else holds the request by now: the
   * transaction must then be rolled back, and with it the effect.
   */
  async settle(claim: IdempotencyClaim, answer: IdempotentAnswer): Promise<boolean> {
    const [settled]: [unknown[], number] = await this.manager.query(
      `update idempotency_keys
          set answered_at = now(), status = $5, location = $6, body = $7, is_secret = $8, upload_grant = $9
        where org_id = $1 and principal_id = $2 and key = $3 and fencing_token = $4 and answered_at is null
        returning 1`,
      [
        this.orgId,
        claim.principalId,
        claim.key,
        claim.fencingToken,
        answer.status,
        answer.location,
        answer.isSecret ? null : answer.body,
        answer.isSecret,
        answer.uploadGrant === null ? null : JSON.stringify(answer.uploadGrant),
      ],
    );
    return settled.length === 1;
  }

  /** Gives a request up that had no effect, so that its key may be used again at once. A settled one stays. */
  async release(claim: IdempotencyClaim): Promise<void> {
    await this.manager.query(
      `delete from idempotency_keys
        where org_id = $1 and principal_id = $2 and key = $3 and fencing_token = $4 and answered_at is null`,
      [this.orgId, claim.principalId, claim.key, claim.fencingToken],
    );
  }

  /** Removes what is over, at most `most` rows; returns how many. */
  async deleteExpired(most: number): Promise<number> {
    const [, count]: [unknown[], number] = await this.manager.query(
      `delete from idempotency_keys where (org_id, principal_id, key) in (
         select org_id, principal_id, key from idempotency_keys where org_id = $1 and expires_at < now() limit $2)`,
      [this.orgId, most],
    );
    return count;
  }

  private async whatIsThere({ principalId, key, fingerprint }: IdempotentRequest): Promise<ClaimOutcome> {
    const rows: KeyRow[] = await this.manager.query(
      `select fingerprint, answered_at is not null as answered, status, location, body, is_secret, upload_grant
         from idempotency_keys where org_id = $1 and principal_id = $2 and key = $3`,
      [this.orgId, principalId, key],
    );
    // There is one: the claim has locked it, though it did not get it.
    const row = rows[0];
    if (row && !row.fingerprint.equals(fingerprint)) return { kind: 'mismatch' };
    if (!row?.answered) return { kind: 'in_progress' };
    const { status, location, body } = row;
    return {
      kind: 'answered',
      answer: { status, location, body, isSecret: row.is_secret, uploadGrant: row.upload_grant },
    };
  }
}
