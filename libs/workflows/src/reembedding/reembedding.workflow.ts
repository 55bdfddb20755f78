import type { ReembeddingActivities, RefusalByEmbedder } from '@docket/activities/reembedding/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  proxyActivities,
  setHandler,
  setWorkflowOptions,
  sleep,
} from '@temporalio/workflow';
import {
  CANCEL,
  PAUSE,
  REEMBEDDING_PROGRESS,
  RESUME,
  ROLL_BACK,
  type ReembeddingInput,
  type ReembeddingProgress,
  type ReembeddingResult,
  type ReembeddingSignal,
} from './reembedding.contract.js';
import { isLong } from '../run/is-long.js';

const pause = defineSignal<[ReembeddingSignal]>(PAUSE);
const resume = defineSignal<[ReembeddingSignal]>(RESUME);
const cancel = defineSignal<[ReembeddingSignal]>(CANCEL);
const rollBack = defineSignal<[ReembeddingSignal]>(ROLL_BACK);
const progress = defineQuery<ReembeddingProgress>(REEMBEDDING_PROGRESS);

/** Attempts have no limit: what is down is waited for. A refusal that will last ends an activity at once. */
const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

/** 1 is the highest and 3 the default: documents and tickets go first wherever both wait. */
const BEHIND_EVERYTHING = { priorityKey: 5 };

const { embedMissingVectors } = proxyActivities<ReembeddingActivities>({
  taskQueue: QUEUES.model,
  // A thousand passages, through a provider that limits the rate.
  startToCloseTimeout: '10m',
  heartbeatTimeout: '10s',
  retry: RETRY,
  priority: BEHIND_EVERYTHING,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

const { moveProfile, switchProfile, rollBackProfile, removeVectors } = proxyActivities<ReembeddingActivities>(
  {
    taskQueue: QUEUES.main,
    startToCloseTimeout: '10m',
    heartbeatTimeout: '10s',
    retry: RETRY,
    priority: BEHIND_EVERYTHING,
  },
);

/** Rounds of one execution: some 12 events each, far below the limit of 51,200. */
const ROUNDS_PER_EXECUTION = 500;

/** Before the next look when a content was indexed between the last round and the switch. */
const LOOK_AGAIN_MS = 1_000;

/** What the change has come to, and what has been asked of it. */
interface Change {
  readonly input: ReembeddingInput;
  state: ReembeddingProgress['state'];
  embedded: number;
  error: RefusalByEmbedder | null;
  paused: boolean;
  cancelled: boolean;
  rolledBack: boolean;
}

// It may wait for days, and goes on with whatever build is current.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, reembedding);
/**
 * Changes the embedding profile while the installation answers queries. The new profile's vectors are made beside the
 * old one's; when every indexed content has them, one update switches, and the old profile stays complete for as long as
 * going back is allowed. Then its vectors are removed. Every activity may be repeated.
 */
export async function reembedding(input: ReembeddingInput): Promise<ReembeddingResult> {
  const { profileId, embedded, paused } = input;
  const change: Change = {
    input,
    state: 'building',
    embedded,
    error: null,
    paused,
    cancelled: false,
    rolledBack: false,
  };
  setHandler(pause, () => void (change.paused = true));
  setHandler(resume, () => void (change.paused = false));
  setHandler(cancel, () => void (change.cancelled = true));
  setHandler(rollBack, () => void (change.rolledBack = true));
  setHandler(progress, () => ({
    schemaVersion: 1,
    state: change.state,
    embedded: change.embedded,
    error: change.error?.message ?? null,
  }));
  const outcome = await run(change, profileId);
  change.state = 'ended';
  return { schemaVersion: 1, outcome, embedded: change.embedded };
}

async function run(change: Change, profileId: number): Promise<ReembeddingResult['outcome']> {
  const from = ['registered', 'retired', 'building', 'paused'] as const;
  if (!(await moveProfile({ profileId, from: [...from], to: 'building' }))) return 'nothing_to_do';
  if (!(await build(change, profileId))) {
    change.state = 'removing';
    await moveProfile({ profileId, from: ['building', 'paused'], to: 'registered' });
    await removeVectors({ profileId });
    return 'cancelled';
  }
  change.state = 'standby';
  if (await condition(() => change.rolledBack, change.input.rollBackWindowMs)) {
    change.state = 'rolling_back';
    while (!(await rollBackProfile({ profileId }))) await embedMissingVectors({ profileId: 'standby' });
    await removeVectors({ profileId });
    return 'rolled_back';
  }
  change.state = 'removing';
  await moveProfile({ profileId: 'standby', from: ['standby'], to: 'retired' });
  await removeVectors({ profileId: 'retired' });
  return 'completed';
}

/** Makes vectors round by round until the switch succeeds; false when it was given up. */
async function build(change: Change, profileId: number): Promise<boolean> {
  for (let round = 0; ; round += 1) {
    // Before the switch there is nothing to roll back but the building itself.
    if (isGivenUp(change)) return false;
    if (change.paused) {
      await waitWhilePaused(change, profileId);
      continue;
    }
    const made = await embedRound(profileId, () => change.paused || isGivenUp(change));
    if (made.outcome === 'refused') {
      change.error = made.error;
      change.paused = true;
    } else if (made.outcome === 'embedded') {
      change.embedded += made.count;
      if (made.count === 0) {
        if (await switchProfile({ profileId })) return true;
        await sleep(LOOK_AGAIN_MS);
      }
    }
    if (isLong(round, ROUNDS_PER_EXECUTION)) await goOnAnew(change);
  }
}

/** What was asked, or refused, meanwhile is answered by this execution first: the next one would not know of it. */
async function goOnAnew(change: Change): Promise<void> {
  if (change.paused || isGivenUp(change)) return;
  const { input, embedded, paused } = change;
  await continueAsNew<typeof reembedding>({ ...input, embedded, paused });
}

function isGivenUp({ cancelled, rolledBack }: Change): boolean {
  return cancelled || rolledBack;
}

async function waitWhilePaused(change: Change, profileId: number): Promise<void> {
  change.state = 'paused';
  await moveProfile({ profileId, from: ['building'], to: 'paused', error: change.error });
  await condition(() => !change.paused || isGivenUp(change));
  await moveProfile({ profileId, from: ['paused'], to: 'building' });
  change.state = 'building';
  change.error = null;
}

type Round =
  | { outcome: 'embedded'; count: number }
  | { outcome: 'refused'; error: RefusalByEmbedder }
  | { outcome: 'interrupted' };

/** One round of vectors, left at once when somebody wants something else: an outage would hold it for hours. */
async function embedRound(profileId: number, interrupted: () => boolean): Promise<Round> {
  const scope = new CancellationScope();
  const work = scope.run(async (): Promise<Round> => {
    try {
      const { embedded } = await embedMissingVectors({ profileId });
      return { outcome: 'embedded', count: embedded };
    } catch (error) {
      if (isCancellation(error)) return { outcome: 'interrupted' };
      if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) {
        const { type, message } = error.cause;
        return { outcome: 'refused', error: { code: type ?? 'embedding.rejected', message } };
      }
      throw error;
    }
  });
  const ended = await Promise.race([work, condition(interrupted).then(() => null)]);
  if (ended !== null) return ended;
  scope.cancel();
  return work;
}
