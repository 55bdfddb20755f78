import type {
  AttemptWebhookDeliveryInput,
  AttemptWebhookDeliveryResult,
  WebhookDeliveryActivities,
} from '@docket/activities/webhook-delivery/types';
import { runStartOptions } from '@docket/workflows/run/contract';
import {
  WEBHOOK_DELIVERY,
  type WebhookDeliveryInput,
  type WebhookDeliveryResult,
} from '@docket/workflows/webhook-delivery/contract';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startTestServer } from '../../support/temporal-test-server.ts';
import { BenchWorkers } from './bench-workers.ts';
import { readSample } from './samples.ts';

/** As it was sent by another release, whatever the present types say. */
export const WEBHOOK_DELIVERY_INPUT = readSample(
  'webhook-delivery/v1/input',
) as unknown as WebhookDeliveryInput;

export interface StartedWebhookDelivery {
  handle: WorkflowHandle<(input: WebhookDeliveryInput) => Promise<WebhookDeliveryResult>>;
  /** What each try was told, with the time on the server's clock. */
  tries: (AttemptWebhookDeliveryInput & { at: number })[];
  /** Ends that were noted because somebody cancelled. */
  ended: number;
}

type Answer = (call: number) => AttemptWebhookDeliveryResult;

/** The shipped story of a delivery on a time-skipping server, with a receiver that follows a script. */
export class WebhookDeliveryBench {
  readonly environment: TestWorkflowEnvironment;
  #workers: BenchWorkers | null = null;
  #answer: Answer = () => ({ outcome: 'delivered', code: null });
  #started: StartedWebhookDelivery | null = null;

  private constructor(environment: TestWorkflowEnvironment) {
    this.environment = environment;
  }

  static async open(): Promise<WebhookDeliveryBench> {
    const bench = new WebhookDeliveryBench(await startTestServer());
    const { attemptWebhookDelivery, endWebhookDelivery } = bench.#activities();
    bench.#workers = await BenchWorkers.start(bench.environment, {
      main: { endWebhookDelivery },
      model: { attemptWebhookDelivery },
    });
    return bench;
  }

  #activities(): WebhookDeliveryActivities {
    return {
      attemptWebhookDelivery: async (input) => {
        const at = await this.environment.currentTimeMs();
        this.#started?.tries.push({ ...input, at });
        return this.#answer(this.#started?.tries.length ?? 0);
      },
      endWebhookDelivery: async () => {
        if (this.#started) this.#started.ended += 1;
      },
    };
  }

  async start(answer: Answer, attempts = 1): Promise<StartedWebhookDelivery> {
    this.#answer = answer;
    const input = WEBHOOK_DELIVERY_INPUT;
    const options = runStartOptions({
      kind: WEBHOOK_DELIVERY,
      workflowId: `webhook-delivery:${input.deliveryId}`,
      ...{ input, attempts, queuedForMs: 0 },
      org: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng',
      subject: input.subject,
    });
    const { workflow } = this.environment.client;
    this.#started = { handle: workflow.getHandle(options.workflowId), tries: [], ended: 0 };
    await workflow.start(WEBHOOK_DELIVERY, options);
    return this.#started;
  }

  async close(): Promise<void> {
    await this.#workers?.stop();
    await this.environment.teardown();
  }
}
