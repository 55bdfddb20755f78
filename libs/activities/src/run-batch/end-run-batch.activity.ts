import type { BatchCounts } from '@docket/db/batches';
import type { RunBatchDependencies } from './run-batch.dependencies.js';
import type { RunBatchSubject } from './run-batch.types.js';

/** Writes how a batch ended: items, run and history in one transaction. A repeat changes nothing: the first end stays. */
export async function endRunBatch(
  on: Pick<RunBatchDependencies, 'tenants' | 'now'>,
  { orgId, batchId, runId, outcome }: RunBatchSubject & { outcome: 'completed' | 'cancelled' },
): Promise<void> {
  await on.tenants.withTenant(orgId, async (tx) => {
    await tx.batches.notePaused(batchId, false);
    if (outcome === 'cancelled') await tx.batches.skipRest(batchId);
    const counts = await tx.batches.counts(batchId);
    const ended = await tx.runs.end(runId, {
      ...(outcome === 'completed'
        ? { state: 'succeeded' as const }
        : {
            state: 'cancelled' as const,
            error: { code: 'run.cancelled', message: 'The batch was cancelled. What was done stays done.' },
          }),
      result: { ...counts },
    });
    if (!ended) return;
    const what = `${outcome === 'completed' ? 'Done' : 'Cancelled'}: ${inWords(counts)}`;
    const detail = { ...counts };
    await tx.runs.addEvents(runId, [
      { at: on.now(), step: 'act', what, outcome: outcome === 'completed' ? 'succeeded' : 'failed', detail },
    ]);
  });
}

function inWords({ done, unchanged, refused, skipped }: BatchCounts): string {
  const parts = [`${done} acted on`, `${unchanged} left as they were`, `${refused} refused`];
  return [...parts, ...(skipped > 0 ? [`${skipped} left out`] : [])].join(', ');
}
