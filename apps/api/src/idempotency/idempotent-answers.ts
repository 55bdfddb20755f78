import { ObjectStorage } from '@docket/adapters/storage';
import type { IdempotentAnswer, UploadGrant } from '@docket/db/idempotency';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { Injectable } from '@nestjs/common';
import { currentRequestScope } from '../http/request-scope.js';

/** What a client is answered, as far as a repeat of its request must be answered alike. */
export interface Answer {
  status: number;
  /** Where what was made is read from now on: the header of the first answer and of every repeat. */
  location?: string;
  body?: object;
  /** True where the body shows a secret: it is not stored, and a repeat is refused. */
  isSecret?: boolean;
  /** What the address in `body.upload` is signed from. The address itself is a credential and is never stored. */
  uploadGrant?: UploadGrant;
}

/** Stores answers with their effects, and gives them again. */
@Injectable()
export class IdempotentAnswers {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly storage: ObjectStorage,
  ) {}

  /**
   * Stores the answer of the request under way in the transaction of its effect, so that both are there or neither is.
   * For a request without an Idempotency-Key it only notes the location. Call it once, when the rows are written.
   *
   * @throws DocketError `idempotency.in_progress` when the lease ran out and somebody else works on the request: the
   *   transaction rolls back, and the effect is theirs
   */
  async settle(tx: TenantTransaction, answer: Answer): Promise<void> {
    const scope = currentRequestScope();
    if (answer.location !== undefined) scope.location = answer.location;
    if (!scope.claim) return;
    if (!(await tx.idempotency.settle(scope.claim, toStored(answer)))) throw stillRunning();
    delete scope.claim;
  }

  /** The same in a transaction of its own, for effects that are harmless to repeat. A settled request stays as it is. */
  async settleAfter(orgId: string, answer: Answer): Promise<void> {
    const scope = currentRequestScope();
    const { claim } = scope;
    if (!claim) return;
    await this.tenants.withTenant(orgId, (tx) => tx.idempotency.settle(claim, toStored(answer)));
    delete scope.claim;
  }

  /**
   * The body of the first answer, byte for byte; an address to upload to is signed anew.
   *
   * @throws DocketError `idempotency.secret_not_replayable`
   */
  async bodyAgain(answer: IdempotentAnswer): Promise<string | undefined> {
    if (answer.isSecret) {
      throw secretNotKept();
    }
    if (answer.body === null) return undefined;
    if (!answer.uploadGrant) return answer.body;
    const { stagingKey, mediaType, sizeBytes, expiresAt } = answer.uploadGrant;
    const signed = await this.storage.presignUpload(stagingKey, {
      mediaType,
      sizeBytes,
      expiresAt: new Date(expiresAt),
    });
    const body = JSON.parse(answer.body) as Record<string, unknown>;
    // Setting a field that is there keeps its place among the others.
    return JSON.stringify({ ...body, upload: { ...signed, expiresAt } });
  }
}

export function secretNotKept(): DocketError {
  return new DocketError(
    'idempotency.secret_not_replayable',
    'The first answer showed a secret, which is kept nowhere. If it was lost, revoke what it made and make another.',
  );
}

export function mismatch(): DocketError {
  return new DocketError(
    'idempotency.mismatch',
    'This Idempotency-Key was used within 24 hours for another address or body. Use a new key for a new request.',
  );
}

export function stillRunning(): DocketError {
  return new DocketError(
    'idempotency.in_progress',
    'The first request with this Idempotency-Key is still running. Send the same request again in a moment.',
    // Most requests take milliseconds; one whose process died is free when its lease runs out.
    { retryAfterSeconds: 1 },
  );
}

function toStored({ status, location, body, isSecret, uploadGrant }: Answer): IdempotentAnswer {
  const kept = uploadGrant ? { ...body, upload: null } : body;
  return {
    status,
    location: location ?? null,
    body: kept === undefined ? null : JSON.stringify(kept),
    isSecret: isSecret ?? false,
    uploadGrant: uploadGrant ?? null,
  };
}
