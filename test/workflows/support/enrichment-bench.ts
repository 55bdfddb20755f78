import type { EnrichmentReplayActivities } from '@docket/activities/enrichment-replay/types';
import type { TicketEnrichmentActivities } from '@docket/activities/ticket-enrichment/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import {
  ENRICHMENT_REPLAY,
  enrichmentReplayInput,
  type EnrichmentReplayInput,
  type EnrichmentReplayResult,
} from '@docket/workflows/enrichment-replay/contract';
import { runStartOptions } from '@docket/workflows/run/contract';
import {
  MESSAGE_BATCH_ANSWERED,
  TICKET_CHANGED,
  TICKET_ENRICHMENT,
  type TicketChangedSignal,
  ticketEnrichmentInput,
  type TicketEnrichmentInput,
  type TicketEnrichmentProgress,
  type TicketEnrichmentResult,
} from '@docket/workflows/ticket-enrichment/contract';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { randomBytes } from 'node:crypto';
import { startTestServer } from '../../support/temporal-test-server.ts';
import { BenchWorkers } from './bench-workers.ts';
import { readSample } from './samples.ts';

type Activities = TicketEnrichmentActivities & EnrichmentReplayActivities;
type ActivityName = keyof Activities;
export type EnrichmentScript = Partial<Activities>;
type Handle = WorkflowHandle<(input: TicketEnrichmentInput) => Promise<TicketEnrichmentResult>>;

export interface StartedEnrichment {
  handle: Handle;
  input: TicketEnrichmentInput;
  /** Names of the activities that were called, in order, with the enrichment each was about. */
  calls: { name: ActivityName; enrichmentId: string; input: unknown }[];
  progress(): Promise<TicketEnrichmentProgress>;
  /** Signals a further enrichment of the same ticket, and returns its id. */
  change(immediate?: boolean): Promise<string>;
  /** Signals the first enrichment again, by default as it was started. */
  sayAgain(attempt?: number): Promise<void>;
  /** Signals that the message batch brought something of the first enrichment. */
  answer(): Promise<void>;
}

export interface StartedReplay {
  handle: WorkflowHandle<(input: EnrichmentReplayInput) => Promise<EnrichmentReplayResult>>;
  input: EnrichmentReplayInput;
  calls: StartedEnrichment['calls'];
}

const PLAIN: Activities = {
  prepareReplay: async () => ({ outcome: 'prepared' }),
  gatherEvidence: async () => ({ outcome: 'gathered', passages: 2 }),
  askModel: async () => ({ outcome: 'answered' }),
  settleAnswer: async () => ({ outcome: 'ready', answerable: true }),
  endEnrichment: async () => undefined,
};

const newId = (): string => uuidV7(Date.now(), randomBytes(10));

interface StartOptions {
  immediate?: boolean;
  input?: TicketEnrichmentInput;
  signal?: TicketChangedSignal;
}

function newInput(immediate: boolean): TicketEnrichmentInput {
  const ids = { orgId: newId(), ticketId: newId(), enrichmentId: newId(), runId: newId() };
  return { ...ticketEnrichmentInput({ ...ids, immediate }, 'tkt_1'), attempt: 1 };
}

function signalOf({ enrichmentId, runId, immediate }: TicketEnrichmentInput): TicketChangedSignal {
  return { schemaVersion: 1, enrichmentId, runId, immediate, attempt: 1 };
}

/** The shipped workflow bundle on a time-skipping server, with enrichment activities that follow scripts. */
export class EnrichmentBench {
  readonly environment: TestWorkflowEnvironment;
  readonly #plays = new Map<string, { script: EnrichmentScript; calls: StartedEnrichment['calls'] }>();
  #workers: BenchWorkers | null = null;

  private constructor(environment: TestWorkflowEnvironment) {
    this.environment = environment;
  }

  static async open(): Promise<EnrichmentBench> {
    const bench = new EnrichmentBench(await startTestServer());
    bench.#workers = await BenchWorkers.start(bench.environment, {
      main: {
        prepareReplay: bench.#answer('prepareReplay'),
        gatherEvidence: bench.#answer('gatherEvidence'),
        settleAnswer: bench.#answer('settleAnswer'),
        endEnrichment: bench.#answer('endEnrichment'),
      },
      model: { askModel: bench.#answer('askModel') },
    });
    return bench;
  }

  /** With a ticket of its own, or with an input and a signal as another release sent them. */
  async start(
    script: EnrichmentScript = {},
    { immediate = true, input = newInput(immediate), signal = signalOf(input) }: StartOptions = {},
  ): Promise<StartedEnrichment> {
    const calls: StartedEnrichment['calls'] = [];
    this.#plays.set(input.ticketId, { script, calls });
    const { workflow } = this.environment.client;
    const workflowId = `ticket-enrichment:${input.ticketId}`;
    await workflow.signalWithStart(TICKET_ENRICHMENT, {
      workflowId,
      taskQueue: QUEUES.main,
      args: [input],
      signal: TICKET_CHANGED,
      signalArgs: [signal],
    });
    const handle: Handle = workflow.getHandle(workflowId);
    return {
      handle,
      input,
      calls,
      progress: () => handle.query<TicketEnrichmentProgress>('progress'),
      change: async (isImmediate = false) => {
        const change = { enrichmentId: newId(), runId: newId(), immediate: isImmediate };
        await handle.signal(TICKET_CHANGED, { schemaVersion: 1, ...change });
        return change.enrichmentId;
      },
      sayAgain: (attempt = 1) => handle.signal(TICKET_CHANGED, { ...signalOf(input), attempt }),
      answer: () => {
        // As it was sent by another release, whatever the present types say.
        const sample = readSample('ticket-enrichment/v1/signal-message-batch-answered');
        return handle.signal(MESSAGE_BATCH_ANSWERED, { ...sample, enrichmentId: input.enrichmentId });
      },
    };
  }

  /** Starts a replay, or one with an input as another release sent it. */
  async replay(script: EnrichmentScript = {}, given?: EnrichmentReplayInput): Promise<StartedReplay> {
    const ids = { orgId: newId(), ticketId: newId(), enrichmentId: newId(), runId: newId() };
    const input = given ?? enrichmentReplayInput(ids, 'enr_1');
    const calls: StartedEnrichment['calls'] = [];
    this.#plays.set(input.ticketId, { script, calls });
    const { workflow } = this.environment.client;
    const options = runStartOptions({
      kind: ENRICHMENT_REPLAY,
      workflowId: `enrichment-replay:${input.enrichmentId}`,
      input,
      ...{ attempts: 1, queuedForMs: 0, org: 'org_1', subject: input.subject },
    });
    await workflow.start(ENRICHMENT_REPLAY, options);
    return { handle: workflow.getHandle(options.workflowId), input, calls };
  }

  async close(): Promise<void> {
    await this.#workers?.stop();
    await this.environment.teardown();
  }

  #answer<N extends ActivityName>(name: N): Activities[N] {
    const answer = async (input: Parameters<Activities[N]>[0]): Promise<unknown> => {
      const play = this.#plays.get(input.ticketId);
      if (!play) throw new Error(`no script for the ticket ${input.ticketId}`);
      play.calls.push({ name, enrichmentId: input.enrichmentId, input });
      const scripted = (play.script[name] ?? PLAIN[name]) as (given: typeof input) => Promise<unknown>;
      return scripted(input);
    };
    return answer as Activities[N];
  }
}

/** Heartbeats until the server says that the activity is cancelled, as a model that takes its time does. */
export async function askedForEver(): Promise<never> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 20);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(beat);
  }
}
