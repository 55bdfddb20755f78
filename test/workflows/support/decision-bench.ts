import type {
  DecisionSubject,
  EnrichmentDecisionActivities,
  SettleDecisionInput,
  SettleDecisionResult,
} from '@docket/activities/enrichment-decision/types';
import { STATE_OF_DECISION } from '@docket/domain/enrichment/approval';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import {
  DECIDE,
  type DecideResult,
  type DecideUpdate,
  ENRICHMENT_DECISION,
  enrichmentDecisionInput,
  type EnrichmentDecisionInput,
  type EnrichmentDecisionResult,
} from '@docket/workflows/enrichment-decision/contract';
import { runStartOptions } from '@docket/workflows/run/contract';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { randomBytes } from 'node:crypto';
import { startTestServer } from '../../support/temporal-test-server.ts';
import { BenchWorkers } from './bench-workers.ts';

export const DAY_MS = 86_400_000;

/** The row, as the activities find it. */
export interface DecisionRow {
  decision: DecideUpdate['decision'] | null;
  /** Set where there is nothing left to decide on. */
  over: 'superseded' | 'ready' | null;
}

export interface StartedDecision {
  handle: WorkflowHandle<(input: EnrichmentDecisionInput) => Promise<EnrichmentDecisionResult>>;
  input: EnrichmentDecisionInput;
  row: DecisionRow;
  /** Activities in their order; of `settleDecision` with its reason. */
  calls: string[];
  tell(update?: object): Promise<DecideResult>;
}

/** The shipped story of a decision on a time-skipping server, with activities that go by a row in memory. */
export class DecisionBench {
  readonly environment: TestWorkflowEnvironment;
  readonly #rows = new Map<string, StartedDecision>();
  #workers: BenchWorkers | null = null;

  private constructor(environment: TestWorkflowEnvironment) {
    this.environment = environment;
  }

  static async open(): Promise<DecisionBench> {
    const bench = new DecisionBench(await startTestServer());
    await bench.startWorker();
    return bench;
  }

  async startWorker(): Promise<void> {
    this.#workers = await BenchWorkers.start(this.environment, { main: this.#activities() });
  }

  async stopWorker(): Promise<void> {
    await this.#workers?.stop();
  }

  #activities(): EnrichmentDecisionActivities {
    const note = ({ enrichmentId }: DecisionSubject, call: string): StartedDecision => {
      const found = this.#rows.get(enrichmentId);
      if (!found) throw new Error(`no row for ${enrichmentId}`);
      found.calls.push(call);
      return found;
    };
    return {
      openDecision: async (input) => void note(input, 'open'),
      remindOfDecision: async (input) => void note(input, 'remind'),
      settleDecision: async (input) => settled(note(input, `settle: ${input.why}`).row, input),
    };
  }

  async start(given?: EnrichmentDecisionInput): Promise<StartedDecision> {
    const id = (): string => uuidV7(Date.now(), randomBytes(10));
    const subject = 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng';
    const times = { remindAfterMs: DAY_MS, expireAfterMs: 30 * DAY_MS };
    const input =
      given ?? enrichmentDecisionInput({ orgId: id(), enrichmentId: id(), runId: id(), ...times }, subject);
    const { workflow } = this.environment.client;
    const options = runStartOptions({
      kind: ENRICHMENT_DECISION,
      workflowId: `enrichment-decision:${input.enrichmentId}`,
      input,
      ...{ attempts: 1, queuedForMs: 0, org: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng', subject },
    });
    const handle: StartedDecision['handle'] = workflow.getHandle(options.workflowId);
    const started: StartedDecision = {
      ...{ handle, input, row: { decision: null, over: null }, calls: [] },
      tell: (update = { schemaVersion: 1, decision: started.row.decision ?? 'approve' }) =>
        handle.executeUpdate<DecideResult, [object]>(DECIDE, { args: [update] }),
    };
    this.#rows.set(input.enrichmentId, started);
    await workflow.start(ENRICHMENT_DECISION, options);
    return started;
  }

  async close(): Promise<void> {
    await this.stopWorker();
    await this.environment.teardown();
  }
}

function settled({ decision, over }: DecisionRow, { why }: SettleDecisionInput): SettleDecisionResult {
  if (over) return { state: over };
  if (decision) return { state: STATE_OF_DECISION[decision] };
  return { state: why === 'expired' ? 'decision_expired' : 'awaiting_decision' };
}
