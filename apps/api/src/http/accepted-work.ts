import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseTypeId } from '@docket/domain/ids/type-id';
import { IdempotentAnswers } from '../idempotency/idempotent-answers.js';
import { RunWaiter } from '../runs/run-waiter.js';
import { preferredWaitSeconds } from './prefer-wait.js';

/** How OpenAPI describes the header by which a client waits. */
export const PREFER = {
  name: 'Prefer',
  required: false,
  description:
    '`wait=N` (N up to 30) holds the request until the work ends, and answers 200 with its subject.',
  example: 'wait=10',
};

export interface AcceptedWork<A extends { runId: string | null }, S> {
  orgId: string;
  /** Path of what the work is about. */
  location: string;
  accepted: A;
  /** What a GET of the subject says now. */
  subject: () => Promise<S>;
}

/** Answers a request that began work: 202 with where to look, or, when the client prefers to wait, 200 with the result. */
@Injectable()
export class WorkResponder {
  constructor(
    private readonly waiter: RunWaiter,
    private readonly answers: IdempotentAnswers,
  ) {}

  async answer<A extends { runId: string | null }, S extends object>(
    request: FastifyRequest,
    reply: FastifyReply,
    work: AcceptedWork<A, S>,
  ): Promise<A | (S & { runId: string | null })> {
    void reply.header('location', work.location).status(202);
    // What a repeat is answered is the 202, however long this one waits; stored here unless it was with the effect.
    await this.answers.settleAfter(work.orgId, {
      status: 202,
      location: work.location,
      body: work.accepted,
    });
    const seconds = preferredWaitSeconds(request.headers['prefer']);
    if (seconds === 0) return work.accepted;
    const runId = work.accepted.runId === null ? null : parseTypeId('run', work.accepted.runId);
    const ended = runId === null || (await this.waiter.untilEnded(work.orgId, runId, seconds));
    if (!ended) return work.accepted;
    void reply.header('preference-applied', `wait=${seconds}`).status(200);
    return { ...(await work.subject()), runId: work.accepted.runId };
  }
}
