import {
  AttemptWebhookDelivery,
  type WebhookAttemptDependencies,
} from './attempt-webhook-delivery.activity.js';
import { noteCancelled } from './note-try.js';
import type { WebhookDeliveryActivities } from './webhook-delivery.types.js';

export type WebhookDeliveryDependencies = WebhookAttemptDependencies;

/** The activities of `webhookDelivery`, bound to what they need. */
export function createWebhookDeliveryActivities(on: WebhookDeliveryDependencies): WebhookDeliveryActivities {
  const attempt = new AttemptWebhookDelivery(on);
  return {
    attemptWebhookDelivery: (input) => attempt.run(input),
    endWebhookDelivery: (subject) => on.tenants.withTenant(subject.orgId, (tx) => noteCancelled(tx, subject)),
  };
}
