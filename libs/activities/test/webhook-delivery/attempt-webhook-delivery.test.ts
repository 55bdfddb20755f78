import { newWebhookSecret } from '@docket/adapters/webhook/signature';
import { WebhookDeliveryTakeUps } from '@docket/db/take-up/webhook-delivery';
import { toTypeId } from '@docket/domain/ids/type-id';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { WebhookWorld } from './webhook-world.ts';

let world: WebhookWorld;
beforeAll(async () => {
  world = await WebhookWorld.open();
}, 60_000);
afterAll(() => world.database.drop(), 60_000);
beforeEach(() => {
  world.sent.splice(0);
  world.answer = () => ({ outcome: 'delivered', status: 200, tookMs: 5 });
});

const refuse = (status = 500) => ({
  outcome: 'failed' as const,
  code: 'webhook.refused' as const,
  status,
  detail: null,
  tookMs: 7,
});

function verify(secret: string): unknown {
  const { headers, body } = world.sent.at(-1) ?? { headers: {}, body: '' };
  return new Webhook(secret).verify(body, { ...headers });
}

describe('a try to deliver', () => {
  it('that is taken ends the run and stands in the list, without what was answered', async () => {
    const { id, secret } = await world.webhook();
    const subject = await world.delivery(id);
    expect(await world.attempt(subject)).toEqual({ outcome: 'delivered', code: null });
    const { delivery, attempts, run, told } = await world.find(subject);
    expect(attempts).toMatchObject([{ number: 1, status: 200, tookMs: 5, code: null }]);
    expect(delivery).toMatchObject({ attempts: 1, nextTryAt: null, runState: 'succeeded' });
    expect(run?.result).toEqual({ status: 200, attempts: 1 });
    expect(told).toEqual(['Delivered: answered 200']);
    expect(world.sent[0]?.headers['webhook-id']).toBe(toTypeId('webhookDelivery', subject.deliveryId));
    expect(verify(secret)).toMatchObject({ type: 'webhook.test' });
  });

  it('is signed with both secrets while one takes the place of the other, and then with the new one', async () => {
    const { id, secret } = await world.webhook();
    const next = newWebhookSecret();
    await world.addSecret(id, next, 3_600);
    await world.attempt(await world.delivery(id));
    expect([verify(secret), verify(next)]).toHaveLength(2);
    await world.database.asAdmin(
      `update webhook_secrets set expires_at = now() where expires_at is not null`,
    );
    await world.attempt(await world.delivery(id));
    expect(verify(next)).toBeDefined();
    expect(() => verify(secret)).toThrow();
  });

  it('that fails lets the run wait with its reason and the time of the next', async () => {
    const { id } = await world.webhook();
    const subject = await world.delivery(id);
    world.answer = () => refuse(503);
    expect(await world.attempt(subject, 60_000)).toEqual({ outcome: 'failed', code: 'webhook.refused' });
    const { delivery, run, webhook, told } = await world.find(subject);
    expect(run).toMatchObject({ state: 'waiting', step: 'send', errorCode: 'webhook.refused' });
    expect(delivery?.nextTryAt?.getTime()).toBeGreaterThan(Date.now() + 50_000);
    expect(webhook).toMatchObject({ disabledAt: null, failingSince: expect.any(Date) });
    expect(told[0]).toContain('(503)');
    world.answer = () => ({ outcome: 'delivered', status: 204, tookMs: 1 });
    await world.attempt(subject);
    expect(await world.find(subject)).toMatchObject({
      webhook: { failingSince: null },
      run: { state: 'succeeded', errorCode: null },
      attempts: [{ number: 1 }, { number: 2 }],
    });
  });

  it('that was the last ends the run as failed, and is sent again by hand under the same id', async () => {
    const { id } = await world.webhook();
    const subject = await world.delivery(id);
    world.answer = () => refuse();
    expect(await world.attempt(subject, null)).toEqual({ outcome: 'over', code: 'webhook.refused' });
    expect(await world.find(subject)).toMatchObject({
      run: { state: 'failed', errorCode: 'webhook.refused', nextRetryAt: null },
      webhook: { disabledAt: null },
    });
    const takeUps = new WebhookDeliveryTakeUps(world.database.tenants);
    const request = { kind: 'rerun', fromStep: 'send', by: 'person' } as const;
    const again = () => takeUps.takeUp(world.orgId, subject.runId, request, async () => undefined);
    expect((await again()).start).toMatchObject({ attempts: 2 });
    expect((await again()).start).toBeNull();
    world.answer = () => ({ outcome: 'delivered', status: 200, tookMs: 1 });
    await world.attempt(subject);
    const [first, second] = world.sent;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
  });

  it('disables a webhook that took nothing for five days, with the last try and not before', async () => {
    const { id } = await world.webhook();
    const [subject, later] = [await world.delivery(id), await world.delivery(id)];
    world.answer = () => refuse();
    await world.attempt(subject, 5_000);
    await world.database.asAdmin(
      `update webhooks set failing_since = now() - interval '6 days' where id = $1`,
      [id],
    );
    await world.attempt(subject, 5_000);
    expect((await world.find(subject)).webhook?.disabledReason).toBeNull();
    await world.attempt(subject, null);
    expect((await world.find(subject)).webhook?.disabledReason).toBe('failing');
    const sent = world.sent.length;
    expect(await world.attempt(later)).toEqual({ outcome: 'over', code: 'webhook.disabled' });
    expect(world.sent).toHaveLength(sent);
    expect((await world.find(later)).run).toMatchObject({ state: 'failed', errorCode: 'webhook.disabled' });
    const audited = await world.database.asAdmin<{ record: string }>(
      `select record from audit_events where action = 'webhook.disable'`,
    );
    expect(audited.filter(({ record }) => record.includes(toTypeId('webhook', id)))).toHaveLength(1);
    await world.database.tenants.withTenant(world.orgId, ({ webhooks }) => webhooks.enable(id));
    expect((await world.find(subject)).webhook).toMatchObject({ disabledReason: null, failingSince: null });
  });

  it('disables a webhook at once that says it is gone', async () => {
    const { id } = await world.webhook();
    const subject = await world.delivery(id);
    world.answer = () => ({ ...refuse(410), code: 'webhook.gone' });
    expect(await world.attempt(subject, 5_000)).toEqual({ outcome: 'over', code: 'webhook.gone' });
    expect((await world.find(subject)).webhook?.disabledReason).toBe('gone');
  });

  it('of a webhook that was deleted meanwhile sends nothing', async () => {
    const { id } = await world.webhook();
    const subject = await world.delivery(id);
    await world.database.tenants.withTenant(world.orgId, ({ webhooks }) => webhooks.delete(id));
    expect(await world.attempt(subject)).toEqual({ outcome: 'over', code: 'webhook.not_found' });
    expect(world.sent).toHaveLength(0);
    expect((await world.find(subject)).run?.state).toBe('failed');
  });

  it('waits for a place where too many are under way, and sends nothing meanwhile', async () => {
    const { id } = await world.webhook();
    const subject = await world.delivery(id);
    const { attemptWebhookDelivery } = world.activities;
    const tries = await Promise.allSettled(
      Array.from({ length: 16 }, async () => attemptWebhookDelivery({ ...subject, nextAfterMs: null })),
    );
    const reasons = tries.map((tried) => (tried.status === 'rejected' ? (tried.reason as Error).name : ''));
    expect(reasons.filter((name) => name === 'WebhookSlotsBusy')).toHaveLength(1);
  });
});
