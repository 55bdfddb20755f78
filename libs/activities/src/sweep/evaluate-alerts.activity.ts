import type { AlertRule } from '@docket/db/alert-rules';
import { queueDelivery } from '@docket/db/queue-delivery';
import type { RunStart } from '@docket/db/runs';
import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { nextAlertState } from '@docket/domain/alert/rule';
import { toTypeId } from '@docket/domain/ids/type-id';
import { alertEventOf, webhookBody, type AlertData } from '@docket/domain/webhook/event';
import { Context } from '@temporalio/activity';

export interface AlertEvaluation {
  system: SystemDatabase;
  tenants: TenantDatabase;
  startRun(run: RunStart): Promise<void>;
  /** The run that delivers a message to a webhook. */
  deliveryRunOf(ids: { orgId: string; deliveryId: string; runId: string }): {
    kind: string;
    workflowId: string;
    input: object;
  };
  newId(): string;
  now(): Date;
}

/** Organisations asked for at once. */
const PAGE = 200;

/**
 * Measures every alert rule of every organisation, and has their webhooks told of those that began or ceased to fire. State
 * and messages are one transaction for an organisation: a repeat finds the state, and tells nobody twice. What is not
 * started after it is started by the next sweep.
 */
export async function evaluateAlerts(on: AlertEvaluation): Promise<{ rules: number; changed: number }> {
  let [rules, changed] = [0, 0];
  let after: string | null = null;
  for (;;) {
    const orgIds: string[] = await on.system.orgsWithAlertRules(after, PAGE);
    for (const orgId of orgIds) {
      Context.current().heartbeat();
      const done = await evaluateOrg(on, orgId);
      rules += done.rules;
      changed += done.changed;
    }
    after = orgIds.at(-1) ?? null;
    if (orgIds.length < PAGE) return { rules, changed };
  }
}

async function evaluateOrg(on: AlertEvaluation, orgId: string): Promise<{ rules: number; changed: number }> {
  try {
    const done = await on.tenants.withTenant(orgId, async (tx) => {
      const rules = await tx.alertRules.lockAll();
      const starts: RunStart[] = [];
      let changed = 0;
      for (const rule of rules) {
        const told = await evaluateRule(on, tx, rule);
        if (told) changed += 1;
        starts.push(...(told ?? []));
      }
      return { rules: rules.length, changed, starts };
    });
    for (const start of done.starts) await begin(on, start);
    return done;
  } catch (error) {
    // One organisation that cannot be looked at must not stand before all the others.
    const org = toTypeId('org', orgId);
    Context.current().log.warn('alert rules could not be evaluated', { org, error });
    return { rules: 0, changed: 0 };
  }
}

/** Null where the rule stays as it is; otherwise the runs that tell of it. */
async function evaluateRule(
  on: AlertEvaluation,
  tx: TenantTransaction,
  rule: AlertRule,
): Promise<RunStart[] | null> {
  const measured = await tx.alertRules.measure(rule);
  const state = nextAlertState(rule.state, rule, measured);
  const changedAt = await tx.alertRules.note(rule.id, state, measured.value);
  if (state === rule.state) return null;
  const firingSince = (state === 'firing' ? changedAt : rule.changedAt) ?? changedAt;
  const event = alertEventOf(state);
  const body = webhookBody(event, on.now(), alertData(rule, measured.value, firingSince));
  const starts: RunStart[] = [];
  for (const { id: webhookId } of await tx.webhooks.subscribedTo(event)) {
    const [deliveryId, runId] = [on.newId(), on.newId()];
    const run = on.deliveryRunOf({ orgId: tx.orgId, deliveryId, runId });
    const asked = { id: runId, requestId: runId, traceparent: null };
    starts.push(await queueDelivery(tx, { deliveryId, webhookId, event, body, run: { ...run, ...asked } }));
  }
  return starts;
}

async function begin(on: AlertEvaluation, start: RunStart): Promise<void> {
  try {
    await on.startRun(start);
  } catch (error) {
    const runId = toTypeId('run', start.runId);
    Context.current().log.warn('run could not be started; the next sweep will', { runId, error });
  }
}

function alertData(rule: AlertRule, value: number, firingSince: Date): AlertData {
  const { id, name, metric, kind, fireAt, resolveBelow } = rule;
  return {
    alertRuleId: toTypeId('alertRule', id),
    ...{ name, metric, kind, value, fireAt, resolveBelow },
    firingSince: firingSince.toISOString(),
  };
}
