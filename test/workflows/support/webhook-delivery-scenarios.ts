import type { AttemptWebhookDeliveryResult } from '@docket/activities/webhook-delivery/types';
import { until } from '../../support/until.ts';
import type { StartedWebhookDelivery, WebhookDeliveryBench } from './webhook-delivery-bench.ts';

const DELIVERED: AttemptWebhookDeliveryResult = { outcome: 'delivered', code: null };
const FAILED: AttemptWebhookDeliveryResult = { outcome: 'failed', code: 'webhook.timeout' };

/** One scenario per way in which a delivery goes and ends. */
export const webhookDeliveryScenarios = {
  async delivered(bench: WebhookDeliveryBench): Promise<StartedWebhookDelivery> {
    return bench.start(() => DELIVERED);
  },
  async 'delivered-after-tries'(bench: WebhookDeliveryBench): Promise<StartedWebhookDelivery> {
    return bench.start((call) => (call < 4 ? FAILED : DELIVERED));
  },
  async 'given-up'(bench: WebhookDeliveryBench): Promise<StartedWebhookDelivery> {
    return bench.start(() => FAILED);
  },
  async gone(bench: WebhookDeliveryBench): Promise<StartedWebhookDelivery> {
    return bench.start(() => ({ outcome: 'over', code: 'webhook.gone' }));
  },
  async 'cancelled-in-temporal'(bench: WebhookDeliveryBench): Promise<StartedWebhookDelivery> {
    const delivery = await bench.start(() => FAILED);
    await until('it was tried', async () => delivery.tries.length > 0);
    await delivery.handle.cancel();
    return delivery;
  },
};

export type WebhookDeliveryScenario = keyof typeof webhookDeliveryScenarios;
