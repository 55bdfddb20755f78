import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { WebhookWorld } from './webhook-world.ts';

let database: TestDatabase;
let world: WebhookWorld;
beforeAll(async () => {
  database = await createTestDatabase();
}, 60_000);
beforeEach(async () => {
  // Every organisation is evaluated: of the ones before nothing is to be counted.
  await database.asAdmin('delete from alert_rules');
  world = await WebhookWorld.open(database);
});
afterAll(() => database.drop(), 60_000);

const types = async (): Promise<string[]> => (await world.told()).map(({ type }) => type);

describe('alert rules', () => {
  it('fire once at the upper threshold, stay while the value wavers, and end once below the lower one', async () => {
    await world.webhook();
    const id = await world.rule();
    await world.runs(6, 'succeeded');
    await world.evaluate();
    expect(await types()).toEqual([]);
    await world.runs(6, 'failed');
    expect(await world.evaluate()).toEqual({ rules: 1, changed: 1 });
    for (const succeeded of [2, 4, 1]) {
      await world.runs(succeeded, 'succeeded');
      expect(await world.evaluate()).toEqual({ rules: 1, changed: 0 });
    }
    await world.runs(4, 'failed');
    await world.evaluate();
    expect(await types()).toEqual(['alert.fired']);
    await world.runs(60, 'succeeded');
    await world.evaluate();
    await world.evaluate();
    const told = await world.told();
    expect(told.map(({ type }) => type)).toEqual(['alert.fired', 'alert.resolved']);
    expect(told[0]?.data).toMatchObject({ metric: 'failure_rate', value: 0.5, fireAt: 0.5 });
    expect(told[1]?.data['firingSince']).toBe(told[0]?.data['firingSince']);
    expect(world.started).toHaveLength(2);
    const rule = await world.database.tenants.withTenant(world.orgId, ({ alertRules }) =>
      alertRules.find(id),
    );
    expect(rule).toMatchObject({ state: 'ok', evaluatedAt: expect.any(Date) });
  });

  it('are decided once, however many evaluate at the same time', async () => {
    await world.webhook();
    await world.rule();
    await world.runs(8, 'failed');
    const done = await Promise.all([world.evaluate(), world.evaluate(), world.evaluate()]);
    expect(done.reduce((sum, { changed }) => sum + changed, 0)).toBe(1);
    expect(await types()).toEqual(['alert.fired']);
  });

  it('of a rate look at what ended in the window, at the last end of each run, and at enough of them', async () => {
    await world.webhook();
    await world.rule();
    await world.runs(3, 'failed');
    await world.runs(9, 'failed', { age: 1_000 });
    await world.runs(9, 'failed', { kind: 'webhookDelivery' });
    await world.evaluate();
    expect(await types()).toEqual([]);
    await world.runs(1, 'terminated');
    await world.evaluate();
    expect(await types()).toEqual(['alert.fired']);
    await world.database.asAdmin(
      `update runs set ended_at = now() - interval '1 hour' where ended_at is not null`,
    );
    await world.evaluate();
    expect(await types()).toEqual(['alert.fired', 'alert.resolved']);
  });

  it('of an age look at the oldest failed run, or the oldest that waits for what is away', async () => {
    await world.webhook();
    await world.rule({ metric: 'oldest_failure_age', fireAt: 600, resolveBelow: 60, kind: 'documentIngest' });
    await world.rule({ metric: 'oldest_wait_age', fireAt: 300, resolveBelow: 60 });
    await world.runs(1, 'failed', { age: 1_000, kind: 'ticketEnrichment' });
    await world.runs(1, 'failed', { age: 500 });
    await world.runs(1, 'waiting', { age: 1_000, kind: 'enrichmentDecision' });
    await world.database.asAdmin(`update runs set error_code = null where kind = 'enrichmentDecision'`);
    await world.evaluate();
    expect(await types()).toEqual([]);
    await world.database.asAdmin(
      `update runs set ended_at = ended_at - interval '10 minutes' where state = 'failed'`,
    );
    await world.runs(1, 'waiting', { age: 400, code: 'model.unavailable' });
    await world.evaluate();
    expect((await world.told()).map(({ data }) => data['metric']).sort()).toEqual([
      'oldest_failure_age',
      'oldest_wait_age',
    ]);
    await world.database.asAdmin(`update runs set state = 'succeeded', ended_at = now()`);
    await world.evaluate();
    expect((await types()).filter((type) => type === 'alert.resolved')).toHaveLength(2);
  });

  it('tell no webhook that is disabled or wants something else, and none of another organisation', async () => {
    const { id } = await world.webhook();
    const other = await world.webhook();
    const { tenants } = world.database;
    await tenants.withTenant(world.orgId, async ({ webhooks }) => {
      await webhooks.disable(id, 'by_hand');
      const row = await webhooks.find(other.id);
      if (row) await webhooks.update(other.id, { ...row, events: ['alert.resolved'] });
    });
    await world.rule();
    await world.runs(8, 'failed');
    await world.evaluate();
    await world.runs(80, 'succeeded');
    await world.evaluate();
    expect(await types()).toEqual(['alert.resolved']);
    const stranger = await world.database.createOrg();
    const seen = await tenants.withTenant(stranger, async (tx) => [
      await tx.webhooks.find(other.id),
      await tx.alertRules.lockAll(),
    ]);
    expect(seen).toEqual([null, []]);
  });
});
