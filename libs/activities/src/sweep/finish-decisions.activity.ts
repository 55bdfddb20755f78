import type { EnrichmentDecision } from '@docket/db/decisions';
import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { Decision } from '@docket/domain/enrichment/approval';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Context } from '@temporalio/activity';
import { settleDecision } from '../enrichment-decision/settle-decision.js';

/** The workflows that wait for decisions, as far as the sweep speaks to them. Both answer false for one that is gone. */
export interface DecisionWorkflows {
  /** Tells one that it is decided, and waits until that is in effect. */
  tell(workflowId: string, decision: Decision): Promise<boolean>;
  cancel(workflowId: string): Promise<boolean>;
}

export interface DecisionFinishing {
  system: SystemDatabase;
  tenants: TenantDatabase;
  decisions: DecisionWorkflows;
  newId(): string;
}

/** Looked after by one sweep, each a call of some milliseconds; the next sweep takes the next. */
const MOST_AT_ONCE = 500;

/**
 * Finishes what a decision's workflow did not: it was never told since no worker was there, it should end because a newer
 * enrichment came, or it is gone. A workflow that is there does the rest itself.
 */
export async function finishDecisions(on: DecisionFinishing): Promise<{ looked: number }> {
  const due = await on.system.dueDecisions(MOST_AT_ONCE);
  for (const { orgId, enrichmentId } of due) {
    Context.current().heartbeat();
    try {
      await finish(on, orgId, enrichmentId);
    } catch (error) {
      // One that cannot be finished must not stand before all the others; it is tried again in a minute.
      const id = toTypeId('enrichment', enrichmentId);
      Context.current().log.warn('decision could not be finished', { enrichmentId: id, error });
    }
    await on.tenants.withTenant(orgId, (tx) => tx.decisions.postpone(enrichmentId));
  }
  return { looked: due.length };
}

async function finish(on: DecisionFinishing, orgId: string, enrichmentId: string): Promise<void> {
  const found = await on.tenants.withTenant(orgId, async (tx) => {
    const decision = await tx.decisions.find(enrichmentId);
    const run = decision && (await tx.runs.find(decision.runId));
    const enrichment = await tx.enrichments.find(enrichmentId);
    return { decision, workflowId: run?.workflowId, isAwaited: enrichment?.state === 'awaiting_decision' };
  });
  const { decision, workflowId, isAwaited } = found;
  if (!decision || workflowId === undefined) return;
  if (await isLeftToWorkflow(on, decision, workflowId, isAwaited)) return;
  const subject = { orgId, enrichmentId, runId: decision.runId };
  await on.tenants.withTenant(orgId, (tx) =>
    settleDecision(tx, { ...subject, why: 'expired' }, () => on.newId()),
  );
}

async function isLeftToWorkflow(
  on: DecisionFinishing,
  { decision }: EnrichmentDecision,
  workflowId: string,
  isAwaited: boolean,
): Promise<boolean> {
  if (isAwaited && decision !== null) return on.decisions.tell(workflowId, decision);
  // Superseded, taken back, or waited for beyond its time: its own look at the row comes to the same.
  return isAwaited ? false : on.decisions.cancel(workflowId);
}
