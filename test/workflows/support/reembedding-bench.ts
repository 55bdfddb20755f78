import type { ReembeddingActivities } from '@docket/activities/reembedding/types';
import {
  REEMBEDDING,
  REEMBEDDING_PROGRESS,
  reembeddingStartOptions,
  type ReembeddingInput,
  type ReembeddingProgress,
  type ReembeddingResult,
} from '@docket/workflows/reembedding/contract';
import type { WorkflowHandle } from '@temporalio/client';
import { startTestServer } from '../../support/temporal-test-server.ts';
import { until } from '../../support/until.ts';
import { BenchWorkers } from './bench-workers.ts';
import { readSample } from './samples.ts';

type Handle = WorkflowHandle<(input: ReembeddingInput) => Promise<ReembeddingResult>>;

/** How the activities of one run answer. By default there is nothing to embed, and every move succeeds. */
export type ReembeddingScript = Partial<ReembeddingActivities>;

export interface PlayedReembedding {
  result: ReembeddingResult;
  history: Awaited<ReturnType<Handle['fetchHistory']>>;
  /** The activities that were called, with what mattered of their input. */
  calls: string[];
}

/** As it was sent by another release, whatever the present types say. */
const INPUT = readSample('reembedding/v1/input') as unknown as ReembeddingInput;

/** A handle to talk to, and how far it is. */
export interface RunningReembedding {
  handle: Handle;
  untilState(state: ReembeddingProgress['state']): Promise<void>;
}

/** Plays one run on a time-skipping server of its own with the shipped bundle, and waits for its end. */
export async function playReembedding(
  script: ReembeddingScript,
  act: (run: RunningReembedding) => Promise<void> = async () => undefined,
): Promise<PlayedReembedding> {
  const environment = await startTestServer();
  const calls: string[] = [];
  const { embedMissingVectors, ...others } = recording(calls, script);
  const workers = await BenchWorkers.start(environment, { main: others, model: { embedMissingVectors } });
  try {
    const handle: Handle = await environment.client.workflow.start(
      REEMBEDDING,
      reembeddingStartOptions(INPUT, 'test'),
    );
    await act({
      handle,
      untilState: (wanted) =>
        until(
          `it is ${wanted}`,
          async () => (await handle.query<ReembeddingProgress>(REEMBEDDING_PROGRESS)).state === wanted,
        ),
    });
    const result = await handle.result();
    return { result, history: await handle.fetchHistory(), calls };
  } finally {
    await workers.stop();
    await environment.teardown();
  }
}

function recording(calls: string[], script: ReembeddingScript): ReembeddingActivities {
  const note = (name: string, detail: unknown): void => void calls.push(`${name} ${String(detail)}`);
  return {
    async moveProfile(input) {
      note('moveProfile', `${input.profileId} ${input.to}`);
      return script.moveProfile ? script.moveProfile(input) : true;
    },
    async embedMissingVectors(input) {
      note('embedMissingVectors', input.profileId);
      return script.embedMissingVectors ? script.embedMissingVectors(input) : { embedded: 0 };
    },
    async switchProfile(input) {
      note('switchProfile', input.profileId);
      return script.switchProfile ? script.switchProfile(input) : true;
    },
    async rollBackProfile(input) {
      note('rollBackProfile', input.profileId);
      return script.rollBackProfile ? script.rollBackProfile(input) : true;
    },
    async removeVectors(input) {
      note('removeVectors', input.profileId);
      await script.removeVectors?.(input);
    },
  };
}
