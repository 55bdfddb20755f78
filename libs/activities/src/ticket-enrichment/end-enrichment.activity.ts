import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { Context } from '@temporalio/activity';
import { endUnwell, type UnwellEnd } from './end-unwell.js';
import type { TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';
import type { EndEnrichmentInput } from './ticket-enrichment.types.js';

/**
 * Writes how an enrichment ended that did not end well. A repeat changes nothing, nor does one that comes after somebody took
 * the run up again: it speaks of an attempt that is over.
 */
export class EndEnrichment {
  constructor(private readonly on: TicketEnrichmentDependencies) {}

  async run(input: EndEnrichmentInput): Promise<void> {
    const { workflowExecution } = Context.current().info;
    await this.on.tenants.withTenant(input.orgId, async (tx) => {
      const enrichment = await tx.enrichments.lock(input.enrichmentId);
      if (await isOver(tx, input)) return;
      if (workflowExecution)
        await tx.runs.recordExecution(input.runId, workflowExecution.runId, this.on.workerBuild);
      if (enrichment) await endUnwell(tx, enrichment, verdictOf(input.end), this.on.now());
    });
  }
}

async function isOver(tx: TenantTransaction, { runId, attempt }: EndEnrichmentInput): Promise<boolean> {
  if (attempt === undefined) return false;
  const run = await tx.runs.find(runId);
  return run !== null && run.attempts > attempt;
}

function verdictOf(end: EndEnrichmentInput['end']): UnwellEnd {
  switch (end.kind) {
    case 'superseded':
      return {
        state: 'superseded',
        runState: 'cancelled',
        error: {
          code: 'enrichment.superseded',
          message: 'The ticket changed, or somebody asked again, before this was done.',
        },
      };
    case 'cancelled':
      return {
        state: 'cancelled',
        runState: 'cancelled',
        error: { code: 'run.cancelled', message: 'The run was cancelled. Retry it to take it up again.' },
      };
    case 'failed':
      return { state: 'failed', runState: 'failed', error: { code: end.code, message: end.message } };
  }
}
