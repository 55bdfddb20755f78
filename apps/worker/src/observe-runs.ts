import type { RunCount, SystemDatabase } from '@docket/db/system-database';
import { errorCategory } from '@docket/domain/errors';
import { meter } from '@docket/platform/metrics';

/**
 * Publishes how many runs the whole installation has open or failed, and how old the oldest is; read from the rows at each
 * scrape. Without the database these gauges are absent, which says more than the last value would.
 */
export function observeRuns(system: Pick<SystemDatabase, 'runCounts'>): void {
  const open = meter().createObservableGauge('docket_runs', {
    description: 'Runs that have not ended, by kind and state',
  });
  const oldest = meter().createObservableGauge('docket_oldest_run_age_seconds', {
    description: 'Time since the oldest run that has not ended was queued, by kind and state',
    unit: 's',
  });
  const failed = meter().createObservableGauge('docket_failed_runs', {
    description: 'Runs that failed and were not taken up again, by kind and category of the error',
  });
  meter().addBatchObservableCallback(
    async (gauges) => {
      const counts = await system.runCounts();
      for (const { kind, state, runs, oldest: since } of counts.filter(isOpen)) {
        gauges.observe(open, runs, { kind, state });
        gauges.observe(oldest, Math.max(0, (Date.now() - since.getTime()) / 1_000), { kind, state });
      }
      for (const [labels, runs] of byCategory(counts)) gauges.observe(failed, runs, labels);
    },
    [open, oldest, failed],
  );
}

function isOpen({ state }: RunCount): boolean {
  return state !== 'failed';
}

/** Codes are many and their number may grow; categories are seven. */
function byCategory(counts: readonly RunCount[]): [{ kind: string; category: string }, number][] {
  const sums = new Map<string, [{ kind: string; category: string }, number]>();
  for (const { kind, errorCode, runs } of counts.filter((count) => !isOpen(count))) {
    const category = errorCategory(errorCode ?? 'run.failed');
    const sum = sums.get(`${kind} ${category}`)?.[1] ?? 0;
    sums.set(`${kind} ${category}`, [{ kind, category }, sum + runs]);
  }
  return [...sums.values()];
}
