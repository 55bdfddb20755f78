import { queueDelivery } from '@docket/db/queue-delivery';
import { newId, type TestDatabase } from '../database.ts';

/** A rule that alerts, and a webhook with a secret, to which a message was tried to deliver once. */
export async function seedWebhook(db: TestDatabase, orgId: string): Promise<void> {
  const [webhookId, deliveryId, runId] = [newId(), newId(), newId()];
  await db.tenants.withTenant(orgId, async (tx) => {
    await tx.alertRules.insert(
      newId(),
      {
        ...{ name: 'Failures', metric: 'failure_rate', kind: null, fireAt: 0.5, resolveBelow: 0.2 },
        ...{ windowSeconds: 3_600, minimumRuns: 5 },
      },
      10,
    );
    const settings = {
      url: 'https://hooks.example.com/in',
      description: null,
      events: ['alert.fired'] as const,
    };
    await tx.webhooks.insert(webhookId, { ...settings, events: [...settings.events] }, 10);
    await tx.webhooks.addSecret(webhookId, { id: newId(), sealed: Buffer.alloc(64, 1) }, 60);
    await queueDelivery(tx, {
      ...{ deliveryId, webhookId, event: 'alert.fired', body: '{}' },
      run: {
        ...{ id: runId, kind: 'webhookDelivery', workflowId: `w ${deliveryId}`, input: {} },
        ...{ requestId: runId, traceparent: null },
      },
    });
    const attempt = { at: new Date(), tookMs: 12, status: 500, code: 'webhook.refused', detail: null };
    await tx.webhookDeliveries.addAttempt(deliveryId, attempt, 5_000);
  });
}
