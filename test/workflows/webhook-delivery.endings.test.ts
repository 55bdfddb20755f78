import {
  webhookDeliveryInput,
  type WebhookDeliveryResult,
} from '@docket/workflows/webhook-delivery/contract';
import { describe, expect, it, jest } from '@jest/globals';
import { readSample, shapeOf } from './support/samples.ts';
import { WEBHOOK_DELIVERY_INPUT, WebhookDeliveryBench } from './support/webhook-delivery-bench.ts';
import {
  webhookDeliveryScenarios,
  type WebhookDeliveryScenario,
} from './support/webhook-delivery-scenarios.ts';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;

async function play(name: WebhookDeliveryScenario) {
  const bench = await WebhookDeliveryBench.open();
  try {
    const delivery = await webhookDeliveryScenarios[name](bench);
    const outcome = await delivery.handle
      .result()
      .catch((error: unknown) => (error as Error).cause as { type?: string; name: string });
    return { ...delivery, outcome };
  } finally {
    await bench.close();
  }
}

describe('a delivery', () => {
  it('that is taken at once ends at once', async () => {
    const { outcome, tries } = await play('delivered');
    expect(outcome).toEqual({ schemaVersion: 1, outcome: 'delivered', tries: 1 });
    expect(tries).toHaveLength(1);
  });

  it('is tried again with longer waits, as long as each try was told, until it is taken', async () => {
    const { outcome, tries } = await play('delivered-after-tries');
    expect(outcome).toMatchObject({ outcome: 'delivered', tries: 4 });
    for (const [index, { at, nextAfterMs }] of tries.slice(0, -1).entries()) {
      const waited = (tries[index + 1]?.at ?? 0) - at;
      expect(waited).toBeGreaterThanOrEqual((nextAfterMs ?? 0) - 1);
      expect(waited).toBeLessThan((nextAfterMs ?? 0) + 60_000);
    }
  });

  it('is given up after ten tries within about three days, with the last reason', async () => {
    const { outcome, tries } = await play('given-up');
    expect(outcome).toMatchObject({ type: 'webhook.timeout', nonRetryable: true });
    expect(tries).toHaveLength(10);
    expect(tries.at(-1)?.nextAfterMs).toBeNull();
    const hours = ((tries.at(-1)?.at ?? 0) - (tries[0]?.at ?? 0)) / HOUR_MS;
    expect(hours).toBeGreaterThan(55);
    expect(hours).toBeLessThan(95);
  });

  it('is not tried again where that is of no use', async () => {
    const { outcome, tries } = await play('gone');
    expect(outcome).toMatchObject({ type: 'webhook.gone' });
    expect(tries).toHaveLength(1);
  });

  it('that is cancelled says so in its rows, once, and is cancelled', async () => {
    const { outcome, ended } = await play('cancelled-in-temporal');
    expect(outcome).toMatchObject({ name: 'CancelledFailure' });
    expect(ended).toBe(1);
  });

  it('understands and sends what its first release did: a start and a result', async () => {
    const bench = await WebhookDeliveryBench.open();
    try {
      const { handle, tries } = await bench.start((call) =>
        call === 1 ? { outcome: 'failed', code: 'webhook.refused' } : { outcome: 'delivered', code: null },
      );
      const result: WebhookDeliveryResult = await handle.result();
      expect(result).toEqual(expect.objectContaining(readSample('webhook-delivery/v1/result')));
      const { orgId, deliveryId, runId } = WEBHOOK_DELIVERY_INPUT;
      expect(tries[0]).toMatchObject({ orgId, deliveryId, runId });
    } finally {
      await bench.close();
    }
    const sent = webhookDeliveryInput(WEBHOOK_DELIVERY_INPUT, WEBHOOK_DELIVERY_INPUT.subject);
    expect(shapeOf(sent)).toEqual(expect.objectContaining(shapeOf(WEBHOOK_DELIVERY_INPUT)));
  });
});
