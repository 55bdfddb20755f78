import { createWebhookDeliveryActivities } from '@docket/activities/webhook-delivery';
import { WebhookAddresses } from '@docket/adapters/webhook/address';
import { SecretBox } from '@docket/adapters/webhook/secret-box';
import { WebhookSender } from '@docket/adapters/webhook/sender';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { toTypeId } from '@docket/domain/ids/type-id';
import { webhookSettings } from '@docket/platform/config/webhooks';
import { webhookObserver } from '@docket/platform/metrics/webhooks';
import {
  WEBHOOK_DELIVERY,
  webhookDeliveryInput,
  webhookDeliveryWorkflowId,
} from '@docket/workflows/webhook-delivery/contract';
import type { WorkerConfig } from './worker-config.js';

interface Parts {
  tenants: TenantDatabase;
  workerBuild: string;
  now(): Date;
}

/** The activities that deliver messages to webhooks. */
export function composeWebhooks(config: WorkerConfig, parts: Parts) {
  const { secretKeys, trustedOrigins } = webhookSettings(config);
  return createWebhookDeliveryActivities({
    ...parts,
    sender: new WebhookSender(new WebhookAddresses({ trustedOrigins })),
    secrets: new SecretBox(secretKeys),
    onTry: webhookObserver(),
  });
}

/** The run that delivers a message to a webhook. */
export function webhookDeliveryRunOf(ids: { orgId: string; deliveryId: string; runId: string }) {
  const subject = toTypeId('webhookDelivery', ids.deliveryId);
  return {
    kind: WEBHOOK_DELIVERY,
    workflowId: webhookDeliveryWorkflowId(toTypeId('org', ids.orgId), subject),
    input: webhookDeliveryInput(ids, subject),
  };
}
