import type { WebhookAttempt, WebhookDelivery } from '@docket/db/webhook-deliveries';
import type { Webhook } from '@docket/db/webhooks';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { WebhookDeliveryDetailDto, WebhookDeliveryDto, WebhookDto } from './webhook.dto.js';

export function showWebhook(webhook: Webhook): WebhookDto {
  return {
    id: toTypeId('webhook', webhook.id),
    url: webhook.url,
    description: webhook.description,
    events: webhook.events,
    enabled: webhook.disabledAt === null,
    disabledReason: webhook.disabledReason,
    disabledAt: shownTime(webhook.disabledAt),
    failingSince: shownTime(webhook.failingSince),
    createdAt: webhook.createdAt.toISOString(),
  };
}

export function showDelivery(delivery: WebhookDelivery): WebhookDeliveryDto {
  return {
    id: toTypeId('webhookDelivery', delivery.id),
    webhookId: toTypeId('webhook', delivery.webhookId),
    event: delivery.event,
    state: delivery.runState,
    errorCode: delivery.errorCode,
    attempts: delivery.attempts,
    nextTryAt: shownTime(delivery.nextTryAt),
    createdAt: delivery.createdAt.toISOString(),
    endedAt: shownTime(delivery.endedAt),
    runId: toTypeId('run', delivery.runId),
  };
}

export function showDeliveryDetail(
  delivery: WebhookDelivery,
  attempts: readonly WebhookAttempt[],
): WebhookDeliveryDetailDto {
  return {
    ...showDelivery(delivery),
    body: delivery.body,
    attemptList: attempts.map(({ at, ...attempt }) => ({ ...attempt, at: at.toISOString() })),
  };
}

function shownTime(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
