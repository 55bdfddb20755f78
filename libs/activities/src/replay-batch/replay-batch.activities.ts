import { ReplayEnrichments, type ReplayBatchDependencies } from './replay-enrichments.activity.js';
import type { ReplayBatchActivities } from './replay-batch.types.js';

/** The activities of `replayBatch` that are its own, bound to what they need. */
export function createReplayBatchActivities(on: ReplayBatchDependencies): ReplayBatchActivities {
  const replaying = new ReplayEnrichments(on);
  return { replayEnrichments: (input) => replaying.run(input) };
}
