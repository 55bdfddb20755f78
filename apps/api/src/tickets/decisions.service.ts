import type { Enrichment } from '@docket/db/enrichments';
import { DecisionTakeUps } from '@docket/db/take-up/decision';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { STATE_OF_DECISION } from '@docket/domain/enrichment/approval';
import { isDecided } from '@docket/domain/enrichment/state-rules';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { RunStarter } from '../runs/run-starter.js';
import { DecisionTeller } from './decision-teller.js';
import type { DecidedDto, DecideDto } from './decision.dto.js';

/** People's decisions on suggested replies. */
@Injectable()
export class DecisionsService {
  private readonly takeUps: DecisionTakeUps;

  constructor(
    private readonly tenants: TenantDatabase,
    private readonly teller: DecisionTeller,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {
    this.takeUps = new DecisionTakeUps(tenants);
  }

  /**
   * Decides. Of many at once one decides, by its row; the workflow that waits is told afterwards, and a decision that it
   * could not be told comes into effect later.
   *
   * @param by public id of who decides
   * @throws DocketError `enrichment.already_decided`, `enrichment.superseded`, `enrichment.not_awaiting_decision`,
   *   `enrichment.not_found`
   */
  async decide(orgId: string, enrichmentId: string, dto: DecideDto, by: string): Promise<DecidedDto> {
    refuseMismatch(dto);
    const { decision, reply = null, reason = null } = dto;
    const { body, workflowId } = await this.tenants.withTenant(orgId, async (tx) => {
      const enrichment = await lockAwaiting(tx, enrichmentId);
      if (!(await tx.decisions.decide(enrichmentId, { decision, reply, reason, by }))) throw alreadyDecided();
      const id = toTypeId('enrichment', enrichmentId);
      const decided: DecidedDto = {
        enrichmentId: id,
        state: STATE_OF_DECISION[decision],
        decision,
        decidedBy: by,
      };
      tx.audit.append({
        action: 'enrichment.decide',
        subject: id,
        before: { state: enrichment.state },
        after: { decision },
      });
      await this.answers.settle(tx, { status: 200, body: decided });
      const wait = await tx.decisions.find(enrichmentId);
      const run = wait && (await tx.runs.find(wait.runId));
      return { body: decided, workflowId: run?.workflowId };
    });
    if (workflowId !== undefined) await this.teller.tell(workflowId, decision);
    return body;
  }

  /**
   * Has a wait that somebody ended in Temporal taken up again, for what is left of its time.
   *
   * @throws DocketError `run.not_retryable` where nothing is waited for any longer
   */
  async retry(orgId: string, runId: string, answerOf: (state: RunState) => Answer): Promise<RunState> {
    const { runState, start } = await this.takeUps.takeUp(orgId, runId, 'person', (tx, taken) =>
      this.answers.settle(tx, answerOf(taken.runState)),
    );
    if (start) await this.starter.start(start);
    return runState;
  }
}

/** The ticket is locked first, as everybody does. */
async function lockAwaiting(tx: TenantTransaction, enrichmentId: string): Promise<Enrichment> {
  const known = await tx.enrichments.find(enrichmentId);
  const ticket = known && (await tx.tickets.lock(known.ticketId));
  const enrichment = ticket && (await tx.enrichments.lock(enrichmentId));
  if (!enrichment) throw notFound('enrichment');
  if (isDecided(enrichment.state)) throw alreadyDecided(enrichment.state);
  const isOld = enrichment.state === 'awaiting_decision' && enrichment.revision < ticket.revision;
  if (enrichment.state === 'superseded' || isOld)
    throw new DocketError(
      'enrichment.superseded',
      `The ticket has changed since. Decide on its newest enrichment: GET /v1/tickets/${toTypeId('ticket', ticket.id)}.`,
    );
  if (enrichment.state !== 'awaiting_decision')
    throw new DocketError(
      'enrichment.not_awaiting_decision',
      `It is ${enrichment.state}, and awaits no decision. Which ones do is up to approvalPolicy of PATCH /v1/org.`,
    );
  return enrichment;
}

function alreadyDecided(state?: string): DocketError {
  const what = state === undefined ? 'Somebody else has decided.' : `It is ${state} already.`;
  return new DocketError('enrichment.already_decided', `${what} GET /v1/enrichments/{id} says who and how.`);
}

function refuseMismatch({ decision, reply }: DecideDto): void {
  if ((decision === 'edit') === (reply !== undefined)) return;
  const message = decision === 'edit' ? 'must be given with edit' : 'goes only with edit';
  throw new DocketError('request.invalid', `reply: ${message}`, {
    problems: [{ path: 'reply', code: 'is_defined', message }],
  });
}
