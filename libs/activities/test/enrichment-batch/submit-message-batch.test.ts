import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MessageBatchWorld, modelLike } from './support/message-batch-world.ts';

const REFUSED = { status: 429, type: 'rate_limit_error' };

let world: MessageBatchWorld;
beforeAll(async () => {
  world = await MessageBatchWorld.open();
  await world.database.asAdmin('update plans set tokens_per_day = 1000000');
});
afterAll(() => world.close());

describe('what a message batch reserves of the budget', () => {
  it('comes back for what is no longer sent after the provider had refused it', async () => {
    const batch = await world.waitingBatch(3);
    const [cancelled, changed] = batch.tickets;
    world.standIn.batches.receptions.push(REFUSED);
    expect(await world.submit(batch)).toMatchObject({ isOffered: true });
    expect(await world.reservations(batch)).toBe(3);
    await world.inOrg(batch, async (tx) => {
      await tx.enrichments.move(cancelled?.enrichmentId ?? '', { state: 'cancelled' });
      await tx.enrichments.move(changed?.enrichmentId ?? '', { state: 'superseded' });
    });
    await world.submit(batch);
    expect(await world.outcomes(batch)).toEqual(['called_off', 'called_off', 'waiting']);
    expect(await world.reservations(batch)).toBe(1);
  });

  it('comes back for what the budget does not pay for any longer', async () => {
    const batch = await world.waitingBatch(1);
    world.standIn.batches.receptions.push(REFUSED);
    await world.submit(batch);
    await world.database.asAdmin('update orgs set tokens_per_day = 1 where id = $1', [batch.orgId]);
    await world.submit(batch);
    expect(await world.outcomes(batch)).toEqual(['refused']);
    expect(await world.reservations(batch)).toBe(0);
  });

  it('leaves alone what a question reserved that is asked by itself by now', async () => {
    const batch = await world.waitingBatch(1);
    const [ticket] = batch.tickets;
    const subject = { enrichmentId: ticket?.enrichmentId ?? '', round: 0 };
    world.standIn.batches.receptions.push(REFUSED);
    await world.submit(batch);
    await world.inOrg(batch, (tx) => tx.budgets.reserve(subject, { tokens: 1, costMicros: 1 }, 60));
    await world.inOrg(batch, (tx) => tx.enrichments.move(subject.enrichmentId, { state: 'running' }));
    await world.submit(batch);
    expect(await world.outcomes(batch)).toEqual(['refused']);
    expect(await world.reservations(batch)).toBe(1);
  });
});

describe('two attempts to send beside each other', () => {
  it('send what was gathered once', async () => {
    const batch = await world.waitingBatch(2);
    const made = world.standIn.batches.made.length;
    world.standIn.batches.receptions.push(REFUSED);
    await world.submit(batch);
    await Promise.all([world.submit(batch), world.submit(batch)]);
    expect(world.standIn.batches.made).toHaveLength(made + 1);
    expect(await world.states(batch)).toEqual(['submitted']);
  });

  it('gather each question once', async () => {
    const batch = await world.waitingBatch(2);
    const made = world.standIn.batches.made.length;
    await Promise.all([world.submit(batch), world.submit(batch), world.submit(batch)]);
    expect(world.standIn.batches.made).toHaveLength(made + 1);
  });

  it('leave nothing to be paid for at the provider that nobody will read', async () => {
    const batch = await world.waitingBatch(1);
    const slow = modelLike(world.model, {
      // It took so long that the batch was cancelled and given up meanwhile.
      submit: async (...asked) => {
        await world.age(batch, '1 hour');
        await world.collect(batch, true);
        return world.model.messageBatches.submit(...asked);
      },
    });
    await world.submit(batch, { models: [slow] });
    expect(world.standIn.batches.made.at(-1)?.isCancelled).toBe(true);
  });
});
