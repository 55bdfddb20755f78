import { takeUpEnrichment } from '@docket/activities/take-up';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MessageBatchWorld, type WaitingBatch, type WaitingTicket } from './support/message-batch-world.ts';

let world: MessageBatchWorld;
beforeAll(async () => {
  world = await MessageBatchWorld.open();
});
afterAll(() => world.close());

async function end({ orgId }: WaitingBatch, { enrichmentId, runId }: WaitingTicket): Promise<void> {
  await world.inOrg({ orgId }, async (tx) => {
    await tx.enrichments.move(enrichmentId, { state: 'cancelled' });
    await tx.runs.end(runId, { state: 'cancelled' });
  });
}

async function retry({ orgId }: WaitingBatch, { runId }: WaitingTicket): Promise<void> {
  const takeUp = takeUpEnrichment(world.database.tenants);
  await takeUp(orgId, runId, { kind: 'retry', by: 'person' }, async () => undefined);
}

/** How its question is asked when its workflow comes to that. */
async function joined(batch: WaitingBatch, { enrichmentId }: WaitingTicket): Promise<string> {
  return world.inOrg(batch, (tx) => tx.messageBatches.join(enrichmentId, batch.batchId));
}

function first({ tickets }: WaitingBatch): WaitingTicket {
  const [ticket] = tickets;
  if (!ticket) throw new Error('it has no ticket');
  return ticket;
}

describe('an enrichment of a batch that may wait, taken up again', () => {
  it('is asked alone when its question was called off', async () => {
    const batch = await world.waitingBatch(1);
    await world.collect(batch, true);
    expect(await world.outcomes(batch)).toEqual(['called_off']);
    await end(batch, first(batch));
    await retry(batch, first(batch));
    expect(await joined(batch, first(batch))).toBe('alone');
  });

  it('is asked alone when its question waits, and is not called off by what is sent just then', async () => {
    const batch = await world.waitingBatch(2);
    await end(batch, first(batch));
    await retry(batch, first(batch));
    await world.submit(batch);
    expect(await world.outcomes(batch)).toEqual(['refused', 'waiting']);
    expect(await joined(batch, first(batch))).toBe('alone');
  });

  it('is not called off when its question was gathered and not sent', async () => {
    const batch = await world.waitingBatch(1);
    world.standIn.batches.receptions.push({ status: 429, type: 'rate_limit_error' });
    await world.submit(batch);
    await end(batch, first(batch));
    await retry(batch, first(batch));
    await world.submit(batch);
    expect(await joined(batch, first(batch))).toBe('alone');
  });

  it('waits for the answer when its question was sent', async () => {
    const batch = await world.waitingBatch(1);
    await world.submit(batch);
    await end(batch, first(batch));
    await retry(batch, first(batch));
    expect(await joined(batch, first(batch))).toBe('waiting');
  });
});
