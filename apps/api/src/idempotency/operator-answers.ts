import { OperatorKeys } from '@docket/db/operator-keys';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentRequestScope } from '../http/request-scope.js';
import { fingerprintOf, idempotencyKeyOf } from './idempotency-key.js';
import { mismatch, secretNotKept, stillRunning, type Answer } from './idempotent-answers.js';

/**
 * Idempotency of what operators do. It belongs to no organisation, and is one transaction or harmless to repeat, so it
 * takes no lease: of two that create under one key the second waits for the first, and is rolled back.
 */
@Injectable()
export class OperatorAnswers {
  constructor(private readonly keys: OperatorKeys) {}

  /**
   * The first answer for a repeat, else what `perform` answers, which is stored.
   *
   * @throws DocketError `idempotency.mismatch`, `idempotency.secret_not_replayable`
   */
  async once(
    request: FastifyRequest,
    reply: FastifyReply,
    perform: () => Promise<unknown>,
  ): Promise<unknown> {
    const key = idempotencyKeyOf(request);
    if (key === undefined) return perform();
    const fingerprint = fingerprintOf(request);
    const known = await this.keys.find(key);
    if (known) {
      if (!known.fingerprint.equals(fingerprint)) throw mismatch();
      if (known.answer.isSecret) throw secretNotKept();
      void reply.status(known.answer.status).header('idempotent-replayed', 'true');
      if (known.answer.location !== null) void reply.header('location', known.answer.location);
      if (known.answer.body === null) return undefined;
      void reply.header('content-type', 'application/json; charset=utf-8');
      return known.answer.body;
    }
    currentRequestScope().operatorRequest = { key, fingerprint };
    const body = await perform();
    await this.settleAfter({ status: reply.statusCode, ...(isObject(body) ? { body } : {}) });
    return body;
  }

  /**
   * Stores the answer of the request under way in the transaction of its effect. Does nothing without an
   * Idempotency-Key.
   *
   * @throws DocketError `idempotency.in_progress` when another request under the key was faster: the transaction rolls back
   */
  async settle(tx: TenantTransaction, answer: Answer): Promise<void> {
    const scope = currentRequestScope();
    if (!scope.operatorRequest) return;
    if (!(await this.keys.settle(scope.operatorRequest, toStored(answer), tx.manager))) throw stillRunning();
    delete scope.operatorRequest;
  }

  /** The same afterwards, for effects that are harmless to repeat. */
  private async settleAfter(answer: Answer): Promise<void> {
    const { operatorRequest } = currentRequestScope();
    if (operatorRequest) await this.keys.settle(operatorRequest, toStored(answer));
  }
}

function toStored({ status, location, body, isSecret = false }: Answer) {
  return {
    status,
    location: location ?? null,
    body: body === undefined ? null : JSON.stringify(body),
    isSecret,
  };
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null;
}
