import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { seedMessageBatch } from '../../../../test/support/seeds/batch.ts';
import { seedDocument } from '../../../../test/support/seeds/document.ts';
import { seedEnrichment } from '../../../../test/support/seeds/enrichment.ts';

let db: TestDatabase;
let orgId: string;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

function inOrg<T>(work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
  return db.tenants.withTenant(orgId, work);
}

/** A message batch of an organisation of its own with one question, gathered and not sent. */
async function gathered(): Promise<{ id: string; batchId: string; enrichmentId: string }> {
  orgId = await db.createOrg();
  const { enrichmentId } = await seedEnrichment(db, orgId, await seedDocument(db, orgId));
  await seedMessageBatch(db, orgId, { enrichmentId });
  const [batch] = await db.asAdmin<{ id: string; batchId: string }>(
    'select id, batch_id as "batchId" from message_batches where org_id = $1',
    [orgId],
  );
  if (!batch) throw new Error('it was not gathered');
  return { ...batch, enrichmentId };
}

describe('a message batch', () => {
  it('is sent by one of two attempts that found it unsent', async () => {
    const { id } = await gathered();
    const marks = await Promise.all([1, 2].map(() => inOrg((tx) => tx.messageBatches.markSent(id, 1, null))));
    expect(marks.filter((mark) => mark !== null)).toHaveLength(1);
  });

  it('is sent again by whoever saw its last mark, and by nobody who saw an older one', async () => {
    const { id } = await gathered();
    const mark = await inOrg((tx) => tx.messageBatches.markSent(id, 1, null));
    const again = await inOrg((tx) => tx.messageBatches.markSent(id, 1, mark));
    expect(again).not.toBeNull();
    expect(await inOrg((tx) => tx.messageBatches.markSent(id, 1, null))).toBeNull();
    // Late news of the first attempt say nothing of the second.
    await db.asAdmin(`update message_batches set sent_at = sent_at + interval '1 second' where id = $1`, [
      id,
    ]);
    expect(await inOrg((tx) => tx.messageBatches.markUnsent(id, mark ?? new Date(0)))).toBe(false);
  });

  it('says what became of a batch of the provider’s that was to be taken as it', async () => {
    const { id } = await gathered();
    const adopt = (pb: string) => inOrg((tx) => tx.messageBatches.adopt(id, pb, 'known'));
    expect(await adopt(`pb ${id}`)).toBe('adopted');
    expect(await adopt(`pb ${id}`)).toBe('adopted');
    expect(await adopt(`another ${id}`)).toBe('unwanted');
    const other = await gathered();
    expect(await inOrg((tx) => tx.messageBatches.adopt(other.id, `pb ${id}`, 'known'))).toBe('taken');
  });

  it('that is known takes a batch of the provider’s from a guess, of whatever organisation, and from nothing else', async () => {
    const guess = await gathered();
    const [guessing, pb] = [orgId, `pb ${guess.id}`];
    await inOrg((tx) => tx.messageBatches.markSent(guess.id, 1, null));
    expect(await inOrg((tx) => tx.messageBatches.adopt(guess.id, pb, 'guessed'))).toBe('adopted');
    const { id } = await gathered();
    const adopt = () => inOrg((tx) => tx.messageBatches.adopt(id, pb, 'known'));
    expect(await adopt()).toBe('taken');
    expect(await inOrg((tx) => tx.messageBatches.isGuessed('anthropic', pb))).toBe(true);
    await inOrg((tx) => tx.messageBatches.takeGuessed('anthropic', pb));
    expect(await adopt()).toBe('adopted');
    const seen = await db.tenants.withTenant(guessing, (tx) => tx.messageBatches.open(guess.batchId));
    expect(seen).toMatchObject([{ state: 'submitting', providerBatchId: null, foreignIds: [pb] }]);
    expect(seen[0]?.sentAt).not.toBeNull();
    expect(await inOrg((tx) => tx.messageBatches.isGuessed('anthropic', pb))).toBe(false);
    await inOrg((tx) => tx.messageBatches.takeGuessed('anthropic', pb));
    expect(await adopt()).toBe('adopted');
  });

  it('that was guessed becomes the one that the provider answers', async () => {
    const { id, batchId } = await gathered();
    await inOrg((tx) => tx.messageBatches.adopt(id, `guess ${id}`, 'guessed'));
    expect(await inOrg((tx) => tx.messageBatches.adopt(id, `pb ${id}`, 'known'))).toBe('adopted');
    expect(await inOrg((tx) => tx.messageBatches.open(batchId))).toMatchObject([
      { state: 'submitted', providerBatchId: `pb ${id}`, foreignIds: [`guess ${id}`], isGuessed: false },
    ]);
  });

  it('takes no question that another is gathering, and is none without any', async () => {
    const { id, batchId, enrichmentId } = await gathered();
    await inOrg((tx) => tx.messageBatches.putBack(id, [enrichmentId]));
    const gather = (tx: TenantTransaction) => tx.messageBatches.gather(newId(), batchId, 'anthropic', 10);
    const [one, other] = await inOrg(async (tx) => {
      const first = await gather(tx);
      return [first, await inOrg(gather)];
    });
    expect(one).not.toBeNull();
    expect(other).toBeNull();
    expect(await inOrg((tx) => tx.messageBatches.items(one?.id ?? ''))).toHaveLength(1);
    expect(await inOrg((tx) => tx.messageBatches.open(batchId))).toHaveLength(2);
  });
});
