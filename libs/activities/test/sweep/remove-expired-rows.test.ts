import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { seedEnrichment } from '../../../../test/support/seeds/enrichment.ts';
import { seedWebhook } from '../../../../test/support/seeds/webhook.ts';
import { seedDocument } from '../../../../test/support/seeds/document.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { sweepOf } from './support/sweep-of.ts';

let db: TestDatabase;
let orgIds: string[];
beforeAll(async () => {
  db = await createTestDatabase();
}, 60_000);
afterAll(() => db.drop());

/** Two organisations, each with a message to a webhook that has ended and a reservation that nobody settled. */
beforeEach(async () => {
  orgIds = [await db.createOrg(), await db.createOrg()];
  for (const orgId of orgIds) {
    await seedWebhook(db, orgId);
    const { enrichmentId } = await seedEnrichment(db, orgId, await seedDocument(db, orgId));
    await db.tenants.withTenant(orgId, (tx) =>
      tx.budgets.reserve({ enrichmentId, round: 0 }, { tokens: 10, costMicros: 10 }, 60),
    );
  }
  await db.asAdmin(`update runs set state = 'failed', ended_at = now()`);
});

function sweep(): Promise<{ removed: number }> {
  return new MockActivityEnvironment().run(sweepOf(db).removeExpiredRows);
}

async function left(table: string): Promise<number> {
  const [row] = await db.asAdmin<{ rows: number }>(
    `select count(*)::integer as rows from ${table} where org_id = any($1)`,
    [orgIds],
  );
  return row?.rows ?? 0;
}

const age = (table: string, column: string, by: string): Promise<unknown> =>
  db.asAdmin(`update ${table} set ${column} = now() - $1::interval where org_id = any($2)`, [by, orgIds]);

describe('the sweep', () => {
  it('removes messages of more than 30 days with their tries, of every organisation, and keeps their runs', async () => {
    const runs = await left('runs');
    await age('webhook_deliveries', 'created_at', '31 days');
    await age('runs', 'ended_at', '31 days');
    expect(await sweep()).toEqual({ removed: 2 });
    expect([await left('webhook_deliveries'), await left('webhook_attempts')]).toEqual([0, 0]);
    expect(await left('runs')).toBe(runs);
    expect(await sweep()).toEqual({ removed: 0 });
  });

  it('keeps a message that is young, was sent again lately, or is being sent', async () => {
    await age('runs', 'ended_at', '29 days');
    await age('webhook_deliveries', 'created_at', '29 days');
    expect(await sweep()).toEqual({ removed: 0 });
    await age('webhook_deliveries', 'created_at', '31 days');
    expect(await sweep()).toEqual({ removed: 0 });
    await db.asAdmin(`update runs set state = 'running', ended_at = null`);
    expect(await sweep()).toEqual({ removed: 0 });
    expect(await left('webhook_deliveries')).toBe(2);
  });

  it('removes what attempts that crashed had reserved, once no late answer is to be counted for its day', async () => {
    await age('budget_reservations', 'expires_at', '6 days');
    expect(await sweep()).toEqual({ removed: 0 });
    await age('budget_reservations', 'expires_at', '8 days');
    expect(await sweep()).toEqual({ removed: 2 });
    expect(await left('budget_reservations')).toBe(0);
  });
});
