import type { EnrichmentsBegun } from '@docket/activities/batch/types';
import type {
  EnrichmentBatchActivities,
  MessageBatchActivities,
} from '@docket/activities/enrichment-batch/types';
import type { ReplayBatchActivities } from '@docket/activities/replay-batch/types';
import type { RunBatchActivities } from '@docket/activities/run-batch/types';
import { coldLimit, type ConcurrencyLimit } from '@docket/domain/limits/concurrency-limit';
import type { EnrichmentBatchInput } from '@docket/workflows/enrichment-batch/contract';
import {
  RUN_BATCH,
  RUN_BATCH_PROGRESS,
  type RunBatchInput,
  type RunBatchProgress,
  type RunBatchResult,
} from '@docket/workflows/run-batch/contract';
import { runStartOptions } from '@docket/workflows/run/contract';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startTestServer } from '../../support/temporal-test-server.ts';
import { until } from '../../support/until.ts';
import { BenchWorkers } from './bench-workers.ts';
import { readSample } from './samples.ts';

type Handle = WorkflowHandle<(input: RunBatchInput) => Promise<RunBatchResult>>;
type Round = Awaited<ReturnType<RunBatchActivities['actOnRuns']>>;

/** As it was sent by another release, whatever the present types say. */
export const RUN_BATCH_INPUT = readSample('run-batch/v1/input') as unknown as RunBatchInput;

/** What the activities at the provider answer, by how often they were called, from 1. */
export interface MessageBatchScript {
  submit?(call: number): Awaited<ReturnType<MessageBatchActivities['submitMessageBatch']>>;
  collect?(
    call: number,
    isCancelled: boolean,
  ): Awaited<ReturnType<MessageBatchActivities['collectMessageBatches']>>;
}

export interface StartedRunBatch {
  handle: Handle;
  /** The activities that were called, with what mattered of their input. */
  calls: string[];
  /** What each round of enrichments was allowed to have under way; null where it was told nothing. */
  limits: (number | null)[];
  untilState(state: RunBatchProgress['state']): Promise<void>;
}

/** The shipped story of a batch on a time-skipping server, with rounds that follow a script. */
export class RunBatchBench {
  readonly environment: TestWorkflowEnvironment;
  #workers: BenchWorkers | null = null;
  #rounds: ((call: number) => Promise<Round> | Round) | null = null;
  readonly #calls: string[] = [];
  readonly #limits: (number | null)[] = [];
  #script: MessageBatchScript = {};

  readonly #kind: string;

  private constructor(environment: TestWorkflowEnvironment, kind: string) {
    this.environment = environment;
    this.#kind = kind;
  }

  /** @param kind of batch: they differ in what a round does, and in nothing else */
  static async open(kind: string = RUN_BATCH): Promise<RunBatchBench> {
    const bench = new RunBatchBench(await startTestServer(), kind);
    bench.#workers = await BenchWorkers.start(bench.environment, {
      main: bench.#activities(),
      model: bench.#atTheProvider(),
    });
    return bench;
  }

  #atTheProvider(): MessageBatchActivities {
    const counts = { submitted: 0, collected: 0 };
    return {
      submitMessageBatch: async () => {
        this.#calls.push('submitted');
        counts.submitted += 1;
        return this.#script.submit?.(counts.submitted) ?? { isOffered: true, waitMs: 0 };
      },
      collectMessageBatches: async ({ isCancelled }) => {
        this.#calls.push(isCancelled ? 'called back' : 'collected');
        counts.collected += 1;
        return this.#script.collect?.(counts.collected, isCancelled) ?? { underWay: 0, waitMs: 1_000 };
      },
    };
  }

  #activities(): RunBatchActivities & EnrichmentBatchActivities & ReplayBatchActivities {
    let round = 0;
    const act = async (name: string): Promise<Round> => {
      this.#calls.push(name);
      round += 1;
      if (!this.#rounds) throw new Error('no script');
      return this.#rounds(round);
    };
    return {
      actOnRuns: () => act('actOnRuns'),
      enrichTickets: async ({ limit }) => this.#under(limit, await act('enrichTickets')),
      replayEnrichments: async ({ limit }) => this.#under(limit, await act('replayEnrichments')),
      noteRunBatchPause: async ({ isPaused }) => void this.#calls.push(isPaused ? 'paused' : 'resumed'),
      endRunBatch: async ({ outcome }) => void this.#calls.push(`ended ${outcome}`),
    };
  }

  /** A round that finds that one more may be under way than in the round before it. */
  #under(limit: ConcurrencyLimit | undefined, round: Round): EnrichmentsBegun {
    this.#limits.push(limit?.limit ?? null);
    return { ...round, limit: { ...(limit ?? coldLimit(9)), limit: (limit?.limit ?? 0) + 1 } };
  }

  /**
   * @param script of a batch that may wait; without it the batch may not
   * @param carried what an execution before this one handed over
   */
  async start(
    rounds: (call: number) => Promise<Round> | Round,
    script?: MessageBatchScript,
    carried: Partial<EnrichmentBatchInput> = {},
  ): Promise<StartedRunBatch> {
    this.#rounds = rounds;
    this.#script = script ?? {};
    const input: EnrichmentBatchInput = { ...RUN_BATCH_INPUT, ...(script && { mayWait: true }), ...carried };
    const options = runStartOptions({
      kind: this.#kind,
      workflowId: `${this.#kind}:${input.batchId}`,
      input,
      attempts: 1,
      queuedForMs: 0,
      org: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng',
      subject: input.subject,
    });
    const { workflow } = this.environment.client;
    await workflow.start(this.#kind, options);
    const handle: Handle = workflow.getHandle(options.workflowId);
    return {
      handle,
      calls: this.#calls,
      limits: this.#limits,
      untilState: (wanted) =>
        until(
          `it is ${wanted}`,
          async () => (await handle.query<RunBatchProgress>(RUN_BATCH_PROGRESS)).state === wanted,
        ),
    };
  }

  async close(): Promise<void> {
    await this.#workers?.stop();
    await this.environment.teardown();
  }
}
