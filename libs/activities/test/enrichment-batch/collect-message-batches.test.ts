import { ModelUnavailable } from '@docket/adapters/language-model/unavailable';
import { DocketError } from '@docket/domain/errors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MessageBatchWorld, modelLike } from './support/message-batch-world.ts';

let world: MessageBatchWorld;
beforeAll(async () => {
  world = await MessageBatchWorld.open();
});
afterAll(() => world.close());
beforeEach(() => {
  world.standIn.batches.isInProgress = () => true;
});

/** The provider as it answers one whose key was revoked. */
function revoked() {
  const refused = (): Promise<never> =>
    Promise.reject(new DocketError('model.unauthorized', 'The key is refused.'));
  const refusedList = (): AsyncIterable<never> => ({
    [Symbol.asyncIterator]: () => ({ next: refused }),
  });
  return modelLike(world.model, {
    find: refused,
    cancel: refused,
    recent: refusedList,
    results: refusedList,
  });
}

function away() {
  const unavailable = new ModelUnavailable('model.unavailable', 'It is away.', null);
  return modelLike(world.model, { find: () => Promise.reject(unavailable) });
}

describe('a message batch whose provider', () => {
  it('is no longer configured is given up, and its questions are asked alone', async () => {
    const batch = await world.waitingBatch(2);
    await world.submit(batch);
    const models = [modelLike(world.model, { provider: 'another' })];
    await world.submit(batch, { models });
    await world.collect(batch, false, { models });
    expect(await world.collect(batch, false, { models })).toMatchObject({ underWay: 0 });
    expect(await world.outcomes(batch)).toEqual(['missing', 'missing']);
    expect(world.told).toEqual(expect.arrayContaining(batch.tickets.map(({ enrichmentId }) => enrichmentId)));
  });

  it('no longer comes first is followed all the same, and what was not sent to it is asked alone', async () => {
    const [sent, unsent] = [await world.waitingBatch(1), await world.waitingBatch(1)];
    await world.submit(sent);
    world.standIn.batches.receptions.push({ status: 429, type: 'rate_limit_error' });
    await world.submit(unsent);
    world.standIn.batches.isInProgress = () => false;
    const models = [modelLike(world.model, { provider: 'another' }), world.model];
    for (const batch of [sent, unsent]) {
      await world.submit(batch, { models });
      await world.collect(batch, false, { models });
    }
    expect(await world.outcomes(sent)).toEqual(['answered']);
    expect(await world.outcomes(unsent)).toEqual(['refused']);
  });

  it('has none any longer leaves no question waiting to be put together with others', async () => {
    const batch = await world.waitingBatch(1);
    const models = [{ ...modelLike(world.model, {}), messageBatches: null }];
    expect(await world.submit(batch, { models })).toEqual({ isOffered: false, waitMs: 0 });
    expect(await world.outcomes(batch)).toEqual(['refused']);
  });

  it.each([
    ['refuses the key', revoked],
    ['is away', away],
  ])('%s is waited for as long as its answers are reserved, and not for ever', async (_, how) => {
    const batch = await world.waitingBatch(1);
    await world.submit(batch);
    const models = [how()];
    expect(await world.collect(batch, false, { models })).toMatchObject({ underWay: 1 });
    await world.age(batch, '25 hours');
    expect(await world.collect(batch, false, { models })).toMatchObject({ underWay: 1 });
    await world.age(batch, '2 hours');
    await world.collect(batch, false, { models });
    expect(await world.outcomes(batch)).toEqual(['missing']);
    expect(await world.states(batch)).toEqual(['ended']);
  });

  it('refuses the key lets a batch that is cancelled end in the same time', async () => {
    const batch = await world.waitingBatch(1);
    await world.submit(batch);
    await world.age(batch, '27 hours');
    await world.collect(batch, true, { models: [revoked()] });
    expect(await world.outcomes(batch)).toEqual(['called_off']);
  });

  it('refuses the key leaves unclear whether it had accepted what was sent before', async () => {
    const batch = await world.waitingBatch(1);
    world.standIn.batches.receptions.push('lost');
    await world.submit(batch);
    await world.age(batch, '1 hour');
    const sent = await world.submit(batch, { models: [revoked()] });
    expect(sent.isOffered).toBe(true);
    expect(sent.waitMs).toBeGreaterThan(0);
    expect(await world.states(batch)).toEqual(['submitting']);
    await world.age(batch, '26 hours');
    await world.collect(batch, false, { models: [revoked()] });
    expect(await world.outcomes(batch)).toEqual(['missing']);
  });
});

describe('a cancelled batch', () => {
  it('uses what was answered before it was cancelled, though an ended batch cannot be cancelled', async () => {
    const batch = await world.waitingBatch(1);
    await world.submit(batch);
    world.standIn.batches.isInProgress = () => false;
    const refuses = modelLike(world.model, {
      cancel: () => Promise.reject(new DocketError('model.request_invalid', 'It has ended.')),
    });
    await world.collect(batch, true, { models: [refuses] });
    expect(await world.outcomes(batch)).toEqual(['answered']);
  });

  it('has its message batches cancelled at the provider', async () => {
    const batch = await world.waitingBatch(1);
    await world.submit(batch);
    await world.collect(batch, true);
    expect(world.standIn.batches.made.at(-1)?.isCancelled).toBe(true);
    expect(await world.outcomes(batch)).toEqual(['called_off']);
  });
});
