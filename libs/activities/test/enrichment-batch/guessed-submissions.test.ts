import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MessageBatchWorld, modelLike, type WaitingBatch } from './support/message-batch-world.ts';

/** It was not accepted, which nobody is told. */
const BROKEN = { status: 500, type: 'api_error' };

let world: MessageBatchWorld;
/** What the provider had accepted before the test. */
let before: number;
beforeAll(async () => {
  world = await MessageBatchWorld.open();
});
afterAll(() => world.close());
beforeEach(() => {
  before = world.standIn.batches.made.length;
  world.standIn.batches.isInProgress = () => true;
});

const theirs = () => world.standIn.batches;

/** One whose submission ended so that nobody knows whether it was accepted. */
async function unclear(reception: 'lost' | typeof BROKEN): Promise<WaitingBatch> {
  const batch = await world.waitingBatch(1);
  theirs().receptions.push(reception);
  await world.submit(batch);
  return batch;
}

describe('a batch of the provider’s that may be the one that was sent', () => {
  it('is not cancelled with the batch, and read when it has ended', async () => {
    const batch = await unclear('lost');
    await world.submit(batch);
    expect(await world.states(batch)).toEqual(['submitted']);
    expect(await world.collect(batch, true)).toMatchObject({ underWay: 1 });
    expect(theirs().made.at(-1)?.isCancelled).toBe(false);
    theirs().isInProgress = () => false;
    await world.age(batch, '1 hour');
    await world.collect(batch, true);
    expect(await world.outcomes(batch)).toEqual(['answered']);
  });

  it('goes to the organisation that sent it when the provider answers that, and is sent once', async () => {
    const guessing = await unclear(BROKEN);
    const sending = await world.waitingBatch(1);
    const slow = modelLike(world.model, {
      submit: async (...asked) => {
        const id = await world.model.messageBatches.submit(...asked);
        // Between what the provider accepts and what its sender hears.
        await world.submit(guessing);
        expect(await world.states(guessing)).toEqual(['submitted']);
        return id;
      },
    });
    await world.submit(sending, { models: [slow] });
    expect(await world.states(sending)).toEqual(['submitted']);
    expect(await world.states(guessing)).toEqual(['submitting']);
    await world.submit(guessing);
    expect(await world.states(guessing)).toEqual(['submitting']);
    theirs().isInProgress = () => false;
    await world.collect(sending);
    expect(await world.outcomes(sending)).toEqual(['answered']);
    expect(theirs().made).toHaveLength(before + 1);
  });

  it('keeps whoever else may have sent it from sending again until its results tell', async () => {
    const sent = await unclear('lost');
    const guessing = await unclear(BROKEN);
    await world.submit(guessing);
    await world.age(sent, '1 hour');
    await world.submit(sent);
    expect(theirs().made).toHaveLength(before + 1);
    theirs().isInProgress = () => false;
    await world.collect(guessing);
    await world.submit(sent);
    await world.collect(sent);
    expect(await world.outcomes(sent)).toEqual(['answered']);
    expect(await world.states(guessing)).toEqual(['submitting']);
    expect(theirs().made).toHaveLength(before + 1);
  });

  it('is looked for again when what was guessed to be it is gone, which another program may have removed', async () => {
    await unclear('lost');
    const batch = await unclear(BROKEN);
    await world.submit(batch);
    expect(await world.states(batch)).toEqual(['submitted']);
    theirs().made.pop();
    await world.collect(batch);
    expect(await world.states(batch)).toEqual(['submitting']);
    expect(await world.outcomes(batch)).toEqual(['waiting']);
  });
});
