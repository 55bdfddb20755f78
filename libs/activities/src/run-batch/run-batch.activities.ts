import { ActOnRuns } from './act-on-runs.activity.js';
import { endRunBatch } from './end-run-batch.activity.js';
import type { RunBatchDependencies } from './run-batch.dependencies.js';
import type { RunBatchActivities } from './run-batch.types.js';

export type { RunBatchDependencies } from './run-batch.dependencies.js';

/** The activities of `runBatch`, bound to what they need. */
export function createRunBatchActivities(on: RunBatchDependencies): RunBatchActivities {
  const acting = new ActOnRuns(on);
  return {
    actOnRuns: (input) => acting.run(input),
    async noteRunBatchPause({ orgId, batchId, runId, isPaused }) {
      await on.tenants.withTenant(orgId, async (tx) => {
        await tx.batches.notePaused(batchId, isPaused);
        await tx.runs.progress(runId, isPaused ? 'waiting' : 'running', 'act');
      });
    },
    endRunBatch: (input) => endRunBatch(on, input),
  };
}
