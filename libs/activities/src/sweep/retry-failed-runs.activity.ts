import type { RunStart } from '@docket/db/runs';
import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Context } from '@temporalio/activity';
import type { TakeUpRun } from '../take-up/take-up-run.js';

interface RetryDependencies {
  system: Pick<SystemDatabase, 'dueRetries'>;
  tenants: TenantDatabase;
  startRun(run: RunStart): Promise<void>;
  takeUps: Readonly<Record<string, TakeUpRun>>;
}

/** Runs taken up by one sweep, each some tens of milliseconds; the next sweep takes the next. */
const MOST_AT_ONCE = 500;
/** How long a retry is put off that the plan, or something away, does not allow now. */
const POSTPONE_SECONDS = 300;

/**
 * Takes failed runs up again whose time has come. Each in transactions of its own: a repeat finds those that were taken up
 * open, and leaves them alone. What refuses to be taken up is left to people, with the reason in its history.
 */
export async function retryFailedRuns(on: RetryDependencies): Promise<{ retried: number; setAside: number }> {
  let [retried, setAside] = [0, 0];
  for (const { orgId, runId } of await on.system.dueRetries(MOST_AT_ONCE)) {
    Context.current().heartbeat();
    try {
      if (await retry(on, orgId, runId)) retried += 1;
      else setAside += 1;
    } catch (error) {
      // One that cannot be taken up now must not stand before all the others.
      Context.current().log.warn('run could not be retried', { runId: toTypeId('run', runId), error });
      await on.tenants.withTenant(orgId, (tx) => tx.failures.postpone(runId, POSTPONE_SECONDS));
    }
  }
  return { retried, setAside };
}

/** False when the run is left to people. */
async function retry(on: RetryDependencies, orgId: string, runId: string): Promise<boolean> {
  const run = await on.tenants.withTenant(orgId, (tx) => tx.runs.find(runId));
  const takeUp = run && on.takeUps[run.kind];
  if (!takeUp) return setAside(on, orgId, runId, 'runs of this kind are not retried by themselves');
  try {
    const request = { kind: 'retry', by: 'policy' } as const;
    const { start } = await takeUp(orgId, runId, request, async () => undefined);
    if (start) await on.startRun(start);
    return true;
  } catch (error) {
    // A quota is free again some time; any other refusal will last.
    if (!(error instanceof DocketError) || error.code === 'quota.runs_exceeded') throw error;
    return setAside(on, orgId, runId, error.message);
  }
}

async function setAside(on: RetryDependencies, orgId: string, runId: string, why: string): Promise<false> {
  await on.tenants.withTenant(orgId, async (tx) => {
    const run = await tx.failures.setAside(runId);
    if (!run) return;
    await tx.runs.addEvents(runId, [
      { at: new Date(), step: run.step ?? 'retry', what: `Left to people: ${why}`, outcome: 'failed' },
    ]);
  });
  return false;
}
