import type {
  WebhookDeliveryActivities,
  WebhookDeliverySubject,
} from '@docket/activities/webhook-delivery/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import { waitAfterTryMs } from '@docket/domain/webhook/delivery-schedule-rules';
import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setWorkflowOptions,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { searchAttributes } from '../search-attributes.js';
import type { WebhookDeliveryInput, WebhookDeliveryResult } from './webhook-delivery.contract.js';

const { attemptWebhookDelivery } = proxyActivities<WebhookDeliveryActivities>({
  // Where calls to the outside wait, in many slots.
  taskQueue: QUEUES.model,
  // Ten seconds for the receiver, and the rest for the rows before and after.
  startToCloseTimeout: '30s',
  // Without a limit on attempts: what a receiver answers is a result. A failure is one of our own, and passes.
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

const { endWebhookDelivery } = proxyLocalActivities<WebhookDeliveryActivities>({
  startToCloseTimeout: '5s',
  // A longer backoff would keep the workflow task open and its slot held.
  localRetryThreshold: '1s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

// It waits for days, which may be longer than a build has workers.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, webhookDelivery);
/**
 * Tries to deliver one message, again and again with longer waits between, until its receiver takes it. Gives up when the
 * schedule is over, or at once where trying again is of no use: the receiver said that it is gone, or nobody wants it sent
 * any longer. Each try is in the rows before the next one is waited for.
 */
export async function webhookDelivery(input: WebhookDeliveryInput): Promise<WebhookDeliveryResult> {
  const { orgId, deliveryId, runId } = input;
  const subject: WebhookDeliverySubject = { orgId, deliveryId, runId };
  try {
    return await deliver(input, subject);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => endWebhookDelivery(subject));
    show('cancelled');
    throw error;
  }
}

async function deliver(
  input: WebhookDeliveryInput,
  subject: WebhookDeliverySubject,
): Promise<WebhookDeliveryResult> {
  for (let tries = 1; ; tries += 1) {
    // Seeded by the server: a replay waits as long.
    const nextAfterMs = waitAfterTryMs(tries, Math.random());
    const { outcome, code } = await attemptWebhookDelivery.executeWithOptions(
      { summary: `${input.subject}: try ${tries}` },
      [{ ...subject, nextAfterMs }],
    );
    if (outcome === 'delivered') {
      show('delivered');
      return { schemaVersion: 1, outcome, tries };
    }
    if (outcome === 'over' || nextAfterMs === null) throw undelivered(code);
    if (tries === 1) show('waiting');
    await sleep(nextAfterMs);
  }
}

function undelivered(code: string | null): ApplicationFailure {
  const type = code ?? 'webhook.refused';
  upsertSearchAttributes([
    { key: searchAttributes.state, value: 'failed' },
    { key: searchAttributes.error, value: type },
  ]);
  return ApplicationFailure.nonRetryable('The message was not delivered.', type);
}

function show(state: string): void {
  upsertSearchAttributes([{ key: searchAttributes.state, value: state }]);
}
