import type { TenantDatabase } from '@docket/db/tenant-database';
import { Context } from '@temporalio/activity';
import type { DecisionSubject, EnrichmentDecisionActivities } from './enrichment-decision.types.js';
import { settleDecision } from './settle-decision.js';

export interface EnrichmentDecisionDependencies {
  tenants: TenantDatabase;
  workerBuild: string;
  newId(): string;
  now(): Date;
}

/** The activities of `enrichmentDecision`, bound to what they need. Each may be repeated. */
export function createEnrichmentDecisionActivities(
  on: EnrichmentDecisionDependencies,
): EnrichmentDecisionActivities {
  return {
    openDecision: async ({ orgId, runId }) => {
      const { workflowExecution } = Context.current().info;
      await on.tenants.withTenant(orgId, async (tx) => {
        if (workflowExecution) await tx.runs.recordExecution(runId, workflowExecution.runId, on.workerBuild);
        await tx.runs.progress(runId, 'waiting', 'decide');
      });
    },
    remindOfDecision: (subject) => remind(on, subject),
    settleDecision: (input) =>
      on.tenants.withTenant(input.orgId, (tx) => settleDecision(tx, input, () => on.newId())),
  };
}

/** Says in the row and in the history that somebody has been waited for, unless they have decided meanwhile. */
async function remind(
  on: EnrichmentDecisionDependencies,
  { orgId, enrichmentId, runId }: DecisionSubject,
): Promise<void> {
  await on.tenants.withTenant(orgId, async (tx) => {
    const decision = await tx.decisions.lock(enrichmentId);
    if (!decision || decision.decision !== null || decision.remindedAt !== null) return;
    await tx.decisions.noteReminder(enrichmentId);
    await tx.runs.addEvents(runId, [
      {
        at: on.now(),
        step: 'decide',
        what: `Nobody has decided yet; it expires at ${decision.expiresAt.toISOString()}`,
        outcome: 'waiting',
      },
    ]);
  });
}
