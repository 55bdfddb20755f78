import type { KindOfRun } from '../run/kind-of-run.js';

/** What the world outside needs to have a message delivered. */

export const WEBHOOK_DELIVERY = 'webhookDelivery';

export interface WebhookDeliveryInput {
  schemaVersion: 1;
  /** Database ids (UUIDs). */
  orgId: string;
  deliveryId: string;
  runId: string;
  /** Shown in the Temporal Web UI: the delivery's public id. */
  subject: string;
}

export interface WebhookDeliveryResult {
  schemaVersion: 1;
  outcome: 'delivered';
  /** Tries of this execution. */
  tries: number;
}

/** The id of a delivery's workflow, by public ids. */
export function webhookDeliveryWorkflowId(org: string, delivery: string): string {
  return `webhook-delivery:${org}:${delivery}`;
}

/**
 * The input of a delivery, to be stored with its run.
 *
 * @param subject the delivery's public id
 */
export function webhookDeliveryInput(
  { orgId, deliveryId, runId }: Pick<WebhookDeliveryInput, 'orgId' | 'deliveryId' | 'runId'>,
  subject: string,
): WebhookDeliveryInput {
  return { schemaVersion: 1, orgId, deliveryId, runId, subject };
}

/** How a delivery shows itself in Temporal. */
export const webhookDeliveryStart: KindOfRun<WebhookDeliveryInput> = {
  summary: ({ subject }) => subject,
  state: () => 'sending',
};
