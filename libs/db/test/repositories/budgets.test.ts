import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { seedDocument } from '../../../../test/support/seeds/document.ts';
import { seedEnrichment } from '../../../../test/support/seeds/enrichment.ts';

const CALL = { tokens: 1_200, costMicros: 4_000 };
const SECONDS = 60;

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

/** An org with enough enrichments, and a budget for so many calls. */
async function orgWith(enrichments: number, calls: number) {
  const orgId = await db.createOrg();
  const document = await seedDocument(db, orgId);
  const { enrichmentId } = await seedEnrichment(db, orgId, document);
  await db.asAdmin('update orgs set tokens_per_day = $2 where id = $1', [orgId, calls * CALL.tokens]);
  // A reservation is one per question: rounds stand for other enrichments.
  const subjects = Array.from({ length: enrichments }, (_, round) => ({ enrichmentId, round }));
  return { orgId, subjects };
}

const reserve = (orgId: string, subject: { enrichmentId: string; round: number }) =>
  db.tenants.withTenant(orgId, (tx) => tx.budgets.reserve(subject, CALL, SECONDS));

describe('a budget', () => {
  it('is never reserved twice, though all ask at once, and what is settled is spent', async () => {
    const { orgId, subjects } = await orgWith(60, 20);
    const outcomes = await Promise.all(subjects.map((subject) => reserve(orgId, subject)));
    expect(outcomes.filter(({ outcome }) => outcome === 'reserved')).toHaveLength(20);
    // The rest might still fit: the calls under way may come to less.
    expect(outcomes.filter(({ outcome }) => outcome === 'held')).toHaveLength(40);
    const reserved = subjects.filter((_, index) => outcomes[index]?.outcome === 'reserved');
    for (const subject of reserved)
      await db.tenants.withTenant(orgId, (tx) => tx.budgets.settle(subject, CALL));
    const later = await Promise.all(subjects.map((subject) => reserve(orgId, subject)));
    expect(new Set(later.map(({ outcome }) => outcome))).toEqual(new Set(['exceeded']));
    const plan = await db.tenants.withTenant(orgId, (tx) => tx.plans.find());
    expect(plan?.usage).toMatchObject({
      tokensToday: 20 * CALL.tokens,
      costMicrosToday: 20 * CALL.costMicros,
    });
  });

  it('gets back what a crashed attempt reserved, and the repeat of a question reserves once', async () => {
    const { orgId, subjects } = await orgWith(2, 1);
    const [first, second] = subjects;
    if (!first || !second) throw new Error('two were made');
    expect(await reserve(orgId, first)).toEqual({ outcome: 'reserved' });
    expect(await reserve(orgId, first)).toEqual({ outcome: 'reserved' });
    expect(await reserve(orgId, second)).toEqual({ outcome: 'held' });
    await db.asAdmin(
      `update budget_reservations set expires_at = now() - interval '1 second' where org_id = $1`,
      [orgId],
    );
    expect(await reserve(orgId, second)).toEqual({ outcome: 'reserved' });
  });

  it('is given back by a call that came to nothing', async () => {
    const { orgId, subjects } = await orgWith(2, 1);
    const [first, second] = subjects;
    if (!first || !second) throw new Error('two were made');
    await reserve(orgId, first);
    await db.tenants.withTenant(orgId, (tx) => tx.budgets.release(first));
    expect(await reserve(orgId, second)).toEqual({ outcome: 'reserved' });
  });

  it('is the smaller of the plan’s and the organisation’s own, and counts money, too', async () => {
    const { orgId, subjects } = await orgWith(1, 1_000_000);
    const [subject = { enrichmentId: newId(), round: 0 }] = subjects;
    await db.asAdmin(`update orgs set plan = 'free' where id = $1`, [orgId]);
    const ask = (tokens: number, costMicros: number) =>
      db.tenants.withTenant(orgId, (tx) => tx.budgets.reserve(subject, { tokens, costMicros }, SECONDS));
    expect(await ask(100_000, 0)).toEqual({ outcome: 'reserved' });
    expect(await ask(100_001, 0)).toEqual({ outcome: 'exceeded', limit: '100000 tokens' });
    await db.asAdmin('update orgs set cost_micros_per_day = 5000 where id = $1', [orgId]);
    expect(await ask(1, 5_001)).toMatchObject({ outcome: 'exceeded' });
  });
});
