import { Context } from '@temporalio/activity';
import type { TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';
import type { EndEnrichmentInput } from './ticket-enrichment.types.js';

/**
 * Writes how an enrichment ended that did not end well: enrichment, run and history in one transaction. A repeat changes
 * nothing, since every move is conditional on the row being open.
 */
export class EndEnrichment {
  constructor(private readonly on: TicketEnrichmentDependencies) {}

  async run(input: EndEnrichmentInput): Promise<void> {
    const { state, runState, error } = verdictOf(input.end);
    const { workflowExecution } = Context.current().info;
    await this.on.tenants.withTenant(input.orgId, async (tx) => {
      if (workflowExecution)
        await tx.runs.recordExecution(input.runId, workflowExecution.runId, this.on.workerBuild);
      await tx.enrichments.move(input.enrichmentId, { state, error });
      const enrichment = await tx.enrichments.find(input.enrichmentId);
      if (!(await tx.runs.end(input.runId, { state: runState, error }))) return;
      await tx.runs.addEvents(input.runId, [
        {
          at: this.on.now(),
          step: enrichment?.step ?? 'prepare',
          what: error.message,
          outcome: 'failed',
          detail: { code: error.code },
        },
      ]);
    });
  }
}

function verdictOf(end: EndEnrichmentInput['end']) {
  switch (end.kind) {
    case 'superseded':
      return {
        state: 'superseded',
        runState: 'cancelled',
        error: {
          code: 'enrichment.superseded',
          message: 'The ticket changed, or somebody asked again, before this was done.',
        },
      } as const;
    case 'cancelled':
      return {
        state: 'cancelled',
        runState: 'cancelled',
        error: {
          code: 'run.cancelled',
          message: 'The run was cancelled. Enrich the ticket again to take it up.',
        },
      } as const;
    case 'failed':
      return {
        state: 'failed',
        runState: 'failed',
        error: { code: end.code, message: end.message },
      } as const;
  }
}
