import type { RunBatchActivities, RunBatchSubject } from '@docket/activities/run-batch/types';
import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  patched,
  proxyLocalActivities,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import {
  CANCEL,
  PAUSE,
  RESUME,
  RUN_BATCH_PROGRESS,
  type RunBatchInput,
  type RunBatchProgress,
  type RunBatchResult,
  type RunBatchSignal,
} from '../run-batch/run-batch.contract.js';
import { isLong } from '../run/is-long.js';
import { searchAttributes } from '../search-attributes.js';

const pause = defineSignal<[RunBatchSignal]>(PAUSE);
const resume = defineSignal<[RunBatchSignal]>(RESUME);
const cancel = defineSignal<[RunBatchSignal]>(CANCEL);
const progress = defineQuery<RunBatchProgress>(RUN_BATCH_PROGRESS);

/** Attempts have no limit: what is away is waited for, and every item is settled once. */
export const BATCH_RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

const { noteRunBatchPause, endRunBatch } = proxyLocalActivities<RunBatchActivities>({
  startToCloseTimeout: '5s',
  // A longer backoff would keep the workflow task open and its slot held.
  localRetryThreshold: '1s',
  retry: BATCH_RETRY,
});

/** Rounds of one execution: some ten events each, far below the limit of 51,200. */
const ROUNDS_PER_EXECUTION = 500;
/** Looks of one execution at what is called back: as a rule one a minute, and an end that is waited for takes fewer. */
const LOOKS_PER_EXECUTION = 100;

/** What has become of the batch, and what has been asked of it. */
interface Batch {
  readonly input: RunBatchInput;
  readonly subject: RunBatchSubject;
  state: RunBatchProgress['state'];
  settled: number;
  remaining: number | null;
  paused: boolean;
  cancelled: boolean;
}

/** What differs between kinds of batches. */
export interface BatchStory {
  /** Works off some of the items that are left, and tells how many those are. */
  actOnItems(
    subject: RunBatchSubject,
    summary: string,
  ): Promise<{ settled: number; remaining: number; waitMs: number }>;
  /**
   * Follows what is with somebody outside, though no more goes there: while the batch is paused, and until nothing is under
   * way before it ends cancelled. A kind that has nothing outside has none.
   */
  followUp?(
    subject: RunBatchSubject,
    summary: string,
    isCancelled: boolean,
  ): Promise<{ underWay: number; waitMs: number }>;
}

/**
 * The story of every kind of batch: round by round, with a look between two rounds at what was asked meanwhile. It ends when
 * nothing is left. Cancelled, by signal or in Temporal, it leaves the rest alone, waits for what is outside, and says so in
 * the rows.
 */
export async function workOffBatch(input: RunBatchInput, story: BatchStory): Promise<RunBatchResult> {
  const { orgId, batchId, runId, settled, paused, cancelled = false } = input;
  const batch: Batch = {
    input,
    subject: { orgId, batchId, runId },
    state: 'running',
    settled,
    remaining: null,
    paused,
    cancelled,
  };
  setHandler(pause, () => void (batch.paused = true));
  setHandler(resume, () => void (batch.paused = false));
  setHandler(cancel, () => void (batch.cancelled = true));
  setHandler(progress, () => ({
    schemaVersion: 1,
    state: batch.state,
    settled: batch.settled,
    remaining: batch.remaining,
  }));
  try {
    const outcome = await workOff(batch, story);
    if (outcome === 'cancelled') await windDown(batch, story);
    return await ended(batch, outcome);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    batch.cancelled = true;
    await CancellationScope.nonCancellable(async () => {
      await windDown(batch, story);
      await ended(batch, 'cancelled');
    });
    throw error;
  }
}

/** Round by round, until nothing is left or somebody cancels. */
async function workOff(batch: Batch, story: BatchStory): Promise<RunBatchResult['outcome']> {
  for (let round = 0; ; round += 1) {
    if (batch.cancelled) return 'cancelled';
    if (batch.paused) {
      await waitWhilePaused(batch, story);
      continue;
    }
    const made = await story.actOnItems(batch.subject, batch.input.subject);
    batch.settled += made.settled;
    batch.remaining = made.remaining;
    if (made.remaining === 0) return 'completed';
    if (made.waitMs > 0) await waitForRoom(batch, made.waitMs);
    if (!batch.cancelled && isLong(round, ROUNDS_PER_EXECUTION)) await goOnAnew(batch);
  }
}

async function goOnAnew({ input, settled, paused, cancelled }: Batch): Promise<never> {
  const next: RunBatchInput = { ...input, settled, paused, ...(cancelled && { cancelled }) };
  return continueAsNew<(input: RunBatchInput) => Promise<RunBatchResult>>(next);
}

async function waitWhilePaused(batch: Batch, story: BatchStory): Promise<void> {
  show(batch, 'paused');
  await noteRunBatchPause({ ...batch.subject, isPaused: true });
  const isOver = (): boolean => !batch.paused || batch.cancelled;
  for (let round = 0; story.followUp && !isOver(); round += 1) {
    const { underWay, waitMs } = await story.followUp(batch.subject, batch.input.subject, false);
    if (underWay === 0) break;
    await condition(isOver, waitMs);
    if (!isOver() && isLong(round, ROUNDS_PER_EXECUTION)) await goOnAnew(batch);
  }
  await condition(isOver);
  await noteRunBatchPause({ ...batch.subject, isPaused: false });
  show(batch, 'running');
}

/**
 * What is outside is called back, and what was paid for by then is used. A provider that is away may take a day of that. One
 * that was cancelled in Temporal and goes on anew ends there as one that was cancelled by a signal: its rows say the same.
 */
async function windDown(batch: Batch, story: BatchStory): Promise<void> {
  for (let round = 0; story.followUp; round += 1) {
    const { underWay, waitMs } = await story.followUp(batch.subject, batch.input.subject, true);
    if (underWay === 0) return;
    await sleep(waitMs);
    if (isLong(round, LOOKS_PER_EXECUTION) && patched('wind-down-anew')) await goOnAnew(batch);
  }
}

/** No more can be begun just now: some end meanwhile. */
async function waitForRoom(batch: Batch, waitMs: number): Promise<void> {
  batch.state = 'waiting';
  await condition(() => batch.paused || batch.cancelled, waitMs);
  batch.state = 'running';
}

async function ended(batch: Batch, outcome: RunBatchResult['outcome']): Promise<RunBatchResult> {
  await endRunBatch({ ...batch.subject, outcome });
  show(batch, 'ended', outcome);
  return { schemaVersion: 1, outcome, settled: batch.settled };
}

function show(batch: Batch, state: Batch['state'], shown: string = state): void {
  batch.state = state;
  upsertSearchAttributes([{ key: searchAttributes.state, value: shown }]);
}
