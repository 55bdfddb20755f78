import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { seedEnrichment } from '../../../../test/support/seeds/enrichment.ts';
import { seedWebhook } from '../../../../test/support/seeds/webhook.ts';
import { seedDocument } from '../../../../test/support/seeds/document.ts';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
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

describe('the test of a prompt whose time is over', () => {
  /** A test of a draft on a ticket of the first organisation, at work since some time. */
  async function openTrial(): Promise<{ id: string; runId: string }> {
    const [orgId = ''] = orgIds;
    const { enrichmentId, ticketId } = await seedEnrichment(db, orgId, await seedDocument(db, orgId));
    const ids = { id: newId(), runId: newId() };
    await db.tenants.withTenant(orgId, async (tx) => {
      await tx.runs.insert({
        ...{ id: ids.runId, kind: 'enrichmentReplay', subjectKind: 'enrichment', subjectId: enrichmentId },
        ...{ workflowId: `w ${ids.id}`, input: {}, requestId: ids.runId, traceparent: null },
      });
      await tx.replays.insert(1, {
        ...ids,
        original: { id: enrichmentId, ticketId, revision: 1 },
        passagesFrom: 'pinned',
        askedPromptVersion: null,
        askedModel: null,
        trial: { draft: { system: 's', template: 't' }, keepSeconds: -1 },
      });
      await tx.runs.recordExecution(ids.runId, newId(), 'build');
      await tx.enrichments.move(ids.id, { state: 'running', step: 'ask' });
      await tx.runs.progress(ids.runId, 'waiting', 'ask', { code: 'model.unavailable', message: 'Away.' });
    });
    return ids;
  }

  const seen = ({ id, runId }: { id: string; runId: string }) =>
    db.tenants.withTenant(orgIds[0] ?? '', async (tx) => ({
      trial: await tx.enrichments.find(id),
      run: await tx.runs.find(runId),
      history: await tx.runs.history(runId),
      executions: await tx.runs.executionsOf([runId]),
      underWay: (await tx.plans.find())?.usage.concurrentRuns,
    }));

  it('ends with its run when it is still open, and gives its place back', async () => {
    const trial = await openTrial();
    const before = await seen(trial);
    expect(await sweep()).toEqual({ removed: 1 });
    const after = await seen(trial);
    expect(after).toMatchObject({
      trial: { state: 'cancelled', draft: null, errorCode: 'run.cancelled' },
      run: { state: 'cancelled', errorCode: 'run.cancelled' },
      history: [{ step: 'ask', what: expect.stringContaining('was not answered in the time') }],
      underWay: (before.underWay ?? 0) - 1,
    });
    expect(after.executions.every(({ endedAt }) => endedAt !== null)).toBe(true);
    expect(await sweep()).toEqual({ removed: 0 });
    expect(await seen(trial)).toEqual(after);
  });

  it('is emptied and ended as it was when it had ended before', async () => {
    const trial = await openTrial();
    await db.tenants.withTenant(orgIds[0] ?? '', async (tx) => {
      await tx.enrichments.move(trial.id, { state: 'ready' });
      await tx.runs.end(trial.runId, { state: 'succeeded' });
    });
    expect(await sweep()).toEqual({ removed: 1 });
    expect(await seen(trial)).toMatchObject({
      trial: { state: 'ready', draft: null, result: null, errorCode: null },
      run: { state: 'succeeded', errorCode: null },
      history: [],
    });
  });
});
