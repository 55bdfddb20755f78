import type { Enrichment } from '@docket/db/enrichments';
import type { RunStart } from '@docket/db/runs';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { NewTicket, Ticket } from '@docket/db/tickets';
import { toTypeId } from '@docket/domain/ids/type-id';
import { currentLogContext } from '@docket/platform/logging/log-context';
import {
  TICKET_ENRICHMENT,
  ticketEnrichmentInput,
  ticketEnrichmentWorkflowId,
} from '@docket/workflows/ticket-enrichment/contract';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import { refuseUnknownPrompt } from '../prompts/known-prompt.js';

export interface Intake {
  ticketId: string;
  revision: number;
  enrichmentId: string | null;
  runId: string | null;
  /** To be started now that the rows are committed; null where something waits or is done already. */
  start: RunStart | null;
}

export interface AskedAgain {
  promptVersion: number | null;
  model: string | null;
}

/**
 * Writes tickets, their revisions and the enrichments that wait for a run, in one transaction before anything is started.
 * At most one enrichment of a ticket waits: whatever comes meanwhile is read by it, and starts nothing.
 */
@Injectable()
export class TicketIntake {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly answers: IdempotentAnswers,
  ) {}

  /** `answerOf` says what the client is answered; null where the request is answered as a whole, as with an import. */
  async accept(
    orgId: string,
    ticket: Omit<NewTicket, 'id'>,
    answerOf: ((intake: Intake) => Answer) | null,
  ): Promise<Intake> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const intake = await this.write(tx, ticket);
      if (answerOf) await this.answers.settle(tx, answerOf(intake));
      return intake;
    });
  }

  /**
   * Has a ticket enriched again, as it is now.
   *
   * @throws DocketError `ticket.not_found`, `prompt.not_found`
   */
  async askAgain(
    orgId: string,
    ticketId: string,
    asked: AskedAgain,
    answerOf: (intake: Intake) => Answer,
  ): Promise<Intake> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const ticket = await tx.tickets.lock(ticketId);
      if (!ticket) throw notFound('ticket');
      await refuseUnknownPrompt(tx, asked.promptVersion);
      const intake = await this.enqueue(tx, ticket.id, ticket.revision, { immediate: true, asked });
      tx.audit.append({
        action: 'ticket.enrich',
        subject: toTypeId('ticket', ticketId),
        after: { ...asked },
      });
      await this.answers.settle(tx, answerOf(intake));
      return intake;
    });
  }

  private async write(tx: TenantTransaction, ticket: Omit<NewTicket, 'id'>): Promise<Intake> {
    const id = newId();
    if (await tx.tickets.insert({ ...ticket, id })) {
      tx.audit.append({ action: 'ticket.create', subject: toTypeId('ticket', id) });
      return this.enqueue(tx, id, 1, { immediate: true, asked: null });
    }
    const known = await tx.tickets.lockByExternalId(ticket.externalId);
    if (!known) throw notFound('ticket');
    await tx.tickets.updateAttributes(known.id, ticket);
    if (isSameText(known, ticket)) return doneBefore(known, await tx.enrichments.current(known.id));
    const revision = await tx.tickets.addRevision(known, ticket);
    tx.audit.append({ action: 'ticket.revise', subject: toTypeId('ticket', known.id), after: { revision } });
    return this.enqueue(tx, known.id, revision, { immediate: false, asked: null });
  }

  /** The one that waits reads the newest revision; where none waits, one is written, with its run. */
  private async enqueue(
    tx: TenantTransaction,
    ticketId: string,
    revision: number,
    { immediate, asked }: { immediate: boolean; asked: AskedAgain | null },
  ): Promise<Intake> {
    const waiting = await tx.enrichments.queued(ticketId);
    if (waiting) {
      await tx.enrichments.requeue(waiting.id, revision, asked ?? {});
      return { ticketId, revision, enrichmentId: waiting.id, runId: waiting.runId, start: null };
    }
    const enrichmentId = newId();
    const runId = newId();
    const subject = toTypeId('ticket', ticketId);
    const { requestId, traceparent } = currentLogContext();
    const start = await tx.runs.insert({
      id: runId,
      kind: TICKET_ENRICHMENT,
      subjectKind: 'ticket',
      subjectId: ticketId,
      workflowId: ticketEnrichmentWorkflowId(toTypeId('org', tx.orgId), subject),
      input: ticketEnrichmentInput({ orgId: tx.orgId, ticketId, enrichmentId, runId, immediate }, subject),
      requestId: requestId ?? runId,
      traceparent: traceparent ?? null,
    });
    await tx.enrichments.insert({
      id: enrichmentId,
      ticketId,
      revision,
      runId,
      askedPromptVersion: asked?.promptVersion ?? null,
      askedModel: asked?.model ?? null,
    });
    return { ticketId, revision, enrichmentId, runId, start };
  }
}

function isSameText(known: Ticket, ticket: Omit<NewTicket, 'id'>): boolean {
  return (
    known.subject === ticket.subject &&
    known.body === ticket.body &&
    (ticket.language === null || known.language === ticket.language)
  );
}

/** Nothing changed that a model would read. */
function doneBefore(ticket: Ticket, current: Enrichment | null): Intake {
  return {
    ticketId: ticket.id,
    revision: ticket.revision,
    enrichmentId: current?.id ?? null,
    runId: current?.runId ?? null,
    start: null,
  };
}
