import type { IdempotencyClaim, IdempotentAnswer } from '@docket/db/idempotency';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { Logger } from '@docket/platform/logging/logger';
import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, of, tap, type Observable } from 'rxjs';
import { OPERATION_METADATA } from '../access/operation.decorator.js';
import type { OperationId } from '../access/operations.js';
import { identityOf, principalIdOf, principalOf, type Principal } from '../access/principal.js';
import { ApiSettings } from '../api-settings.js';
import { currentRequestScope } from '../http/request-scope.js';
import { LOGGER } from '../infrastructure/logger.token.js';
import { fingerprintOf, idempotencyKeyOf } from './idempotency-key.js';
import { IdempotentAnswers, mismatch, stillRunning, type Answer } from './idempotent-answers.js';
import { takesIdempotencyKey } from './idempotent-operations.js';
import { OperatorAnswers } from './operator-answers.js';

/**
 * `Idempotency-Key` on every POST that creates or acts. The request is claimed, committed, before any of its work is
 * done; the service stores the answer in the transaction of the effect, on the condition that the claim still holds.
 * What fails had no effect, so its key is given up and may be used again, with another body too.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly tenants: TenantDatabase,
    private readonly answers: IdempotentAnswers,
    private readonly operators: OperatorAnswers,
    private readonly settings: ApiSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Not asynchronous by itself: what takes no key goes straight on. */
  intercept(
    context: ExecutionContext,
    handler: CallHandler,
  ): Observable<unknown> | Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const operation = this.reflector.get<OperationId>(OPERATION_METADATA, context.getHandler());
    if (!takesIdempotencyKey(request.method, operation)) return handler.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const next = locating(handler, reply);
    if (identityOf(request)?.kind === 'operator') return this.operatorsOnce(request, reply, next);
    const principal = principalOf(request);
    if (!principal) return next.handle();
    const key = idempotencyKeyOf(request);
    if (key === undefined) return next.handle();
    return this.once(principal, key, request, reply, next);
  }

  private async operatorsOnce(
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    return of(await this.operators.once(request, reply, () => lastValueFrom(next.handle())));
  }

  private async once(
    principal: Principal,
    key: string,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    const outcome = await this.claim(principal, key, request);
    return 'answer' in outcome
      ? of(await this.repeat(reply, outcome.answer))
      : of(await this.perform(principal.orgId, outcome.claim, next, reply));
  }

  private async claim(
    principal: Principal,
    key: string,
    request: FastifyRequest,
  ): Promise<{ claim: IdempotencyClaim } | { answer: IdempotentAnswer }> {
    const asked = { principalId: principalIdOf(principal), key, fingerprint: fingerprintOf(request) };
    const lease = this.settings.values.IDEMPOTENCY_LEASE_SECONDS;
    const outcome = await this.tenants.withTenant(principal.orgId, (tx) =>
      tx.idempotency.claim(asked, lease),
    );
    switch (outcome.kind) {
      case 'claimed':
      case 'answered':
        return outcome;
      case 'in_progress':
        throw stillRunning();
      case 'mismatch':
        throw mismatch();
    }
  }

  private async perform(
    orgId: string,
    claim: IdempotencyClaim,
    next: CallHandler,
    reply: FastifyReply,
  ): Promise<unknown> {
    currentRequestScope().claim = claim;
    try {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      // Finds nothing to do where the answer was stored already.
      await this.answers.settleAfter(orgId, answerOf(reply, body));
      return body;
    } catch (error) {
      await this.release(orgId, claim);
      throw error;
    }
  }

  private async repeat(reply: FastifyReply, answer: IdempotentAnswer): Promise<string | undefined> {
    const body = await this.answers.bodyAgain(answer);
    void reply.status(answer.status).header('idempotent-replayed', 'true');
    if (body !== undefined) void reply.header('content-type', 'application/json; charset=utf-8');
    if (answer.location !== null) void reply.header('location', answer.location);
    return body;
  }

  /** The request's own error is the one to show; a key that cannot be given up is free when its lease runs out. */
  private async release(orgId: string, claim: IdempotencyClaim): Promise<void> {
    try {
      await this.tenants.withTenant(orgId, (tx) => tx.idempotency.release(claim));
    } catch (error) {
      this.logger.warn(
        { error },
        'idempotency key could not be given up; it is free when its lease runs out',
      );
    }
  }
}

/** The handler, with the location that its service stored in its answer: what a repeat is told, the first is told. */
function locating(handler: CallHandler, reply: FastifyReply): CallHandler {
  const scope = currentRequestScope();
  const send = (): void => {
    if (scope.location !== undefined) void reply.header('location', scope.location);
  };
  return { handle: () => handler.handle().pipe(tap(send)) };
}

function answerOf(reply: FastifyReply, body: unknown): Answer {
  const location = reply.getHeader('location');
  return {
    status: reply.statusCode,
    ...(typeof location === 'string' ? { location } : {}),
    ...(typeof body === 'object' && body !== null ? { body } : {}),
  };
}
