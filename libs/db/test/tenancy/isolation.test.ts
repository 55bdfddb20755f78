import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { tenantTables } from '../catalogue/tenancy-check.ts';
import { seedBatch, seedMessageBatch } from '../../../../test/support/seeds/batch.ts';
import { seedDecision, seedReservation, seedEnrichment } from '../../../../test/support/seeds/enrichment.ts';
import { seedPeople } from '../../../../test/support/seeds/people.ts';
import { seedWebhook } from '../../../../test/support/seeds/webhook.ts';
import { seedDocument, seedErasure } from '../../../../test/support/seeds/document.ts';

jest.setTimeout(60_000);

/** Kept for ever: the application may not change or delete a row here, not even one of its own org. */
const AUDIT_TABLES = ['audit_events', 'audit_heads'];
/** Not the application's to change: the audit, and what the database counts by itself. */
const READ_ONLY_TABLES = [...AUDIT_TABLES, 'org_usage'];

let db: TestDatabase;
let ours: string;
let tables: string[];

/** Orgs of others, one whose vectors lie in each partition, so that every partition has foreign rows. */
const theirs: string[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  tables = await tenantTables(db);
  ours = await db.createOrg();
  await fill(ours);
  for (let remainder = 0; remainder < 8; remainder += 1) {
    const orgId = await orgInPartition(remainder);
    await db.tenants.withTenant(orgId, (tx) => tx.orgs.create('theirs'));
    await fill(orgId);
    theirs.push(orgId);
  }
});

afterAll(() => db.drop());

async function orgInPartition(remainder: number): Promise<string> {
  const [row] = await db.asAdmin<{ id: string }>(
    `select id from unnest($1::uuid[]) id where satisfies_hash_partition('chunk_embeddings'::regclass, 8, $2, id) limit 1`,
    [Array.from({ length: 200 }, newId), remainder],
  );
  if (!row) throw new Error(`none of 200 ids falls into partition ${remainder}`);
  return row.id;
}

/** A row in every tenant table: counts are folded once and changed once more. */
async function fill(orgId: string): Promise<void> {
  await seedErasure(db, await seedDocument(db, orgId));
  await db.tenants.withTenant(orgId, async (tx) => {
    await tx.lexemes.fold(10);
    await tx.postings.merge(1);
    const key = { id: newId(), name: 'key', prefix: 'dk_live_abcd', keyHash: randomBytes(32) };
    await tx.apiKeys.create({ ...key, scopes: ['search'], expiresAt: null });
    await tx.idempotency.claim({ principalId: key.id, key: 'key', fingerprint: randomBytes(32) }, 60);
    tx.audit.append({ action: 'thing.do', subject: 'thing_1' });
  });
  await seedPeople(db, orgId);
  await seedDecision(db, orgId, await seedEnrichment(db, orgId, await seedDocument(db, orgId)));
  await seedReservation(db, orgId, await seedEnrichment(db, orgId, await seedDocument(db, orgId)));
  await seedBatch(db, orgId);
  await seedMessageBatch(db, orgId, await seedEnrichment(db, orgId, await seedDocument(db, orgId)));
  await seedWebhook(db, orgId);
}

function orgColumn(table: string): string {
  return table === 'orgs' ? 'id' : 'org_id';
}

/** Rows that a statement touches or returns as one org, by the application role; taken back afterwards. */
async function touchedAs(orgId: string | null, sql: string, parameters: unknown[] = []): Promise<number> {
  const runner = db.dataSource.createQueryRunner();
  await runner.startTransaction();
  try {
    if (orgId) await runner.query(`select set_config('docket.org_id', $1, true)`, [orgId]);
    return (await runner.query(sql, parameters, true)).affected ?? 0;
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

/** The same count, or why the database would not run the statement at all. */
async function outcomeAs(
  orgId: string | null,
  sql: string,
  parameters: unknown[] = [],
): Promise<number | string> {
  return touchedAs(orgId, sql, parameters).catch((error: unknown) =>
    error instanceof Error ? error.message : 'no error',
  );
}

/** What comes of an attempt at rows that are not visible: none is found, or the application has no right to try. */
function nothingTouched(table: string, withoutTheRight: readonly string[]): number | string {
  return withoutTheRight.includes(table) ? `permission denied for table ${table}` : 0;
}

/** The columns that the application may give a value to when it inserts. */
async function insertableColumns(table: string): Promise<string[]> {
  const rows: { name: string }[] = await db.dataSource.query(
    `select attname as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
        and has_column_privilege(attrelid, attnum, 'insert') order by attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}

describe('as one org', () => {
  it('there are foreign rows in every tenant table, and own ones beside them', async () => {
    for (const table of tables) {
      const [found] = await db.asAdmin<{ foreign: number; own: number }>(
        `select count(*) filter (where ${orgColumn(table)} = any($1))::integer as foreign,
                count(*) filter (where ${orgColumn(table)} = $2)::integer as own from ${table}`,
        [theirs, ours],
      );
      expect({ table, foreign: (found?.foreign ?? 0) > 0 }).toEqual({ table, foreign: true });
      if (!/_p\d$/.test(table)) expect({ table, own: (found?.own ?? 0) > 0 }).toEqual({ table, own: true });
    }
  });

  it('no row of another org can be read, in any tenant table', async () => {
    for (const table of tables) {
      const column = orgColumn(table);
      const foreign = await touchedAs(ours, `select 1 from ${table} where ${column} <> $1`, [ours]);
      const named = await touchedAs(ours, `select 1 from ${table} where ${column} = any($1)`, [theirs]);
      expect({ table, foreign, named }).toEqual({ table, foreign: 0, named: 0 });
    }
  });

  it('no row of another org can be updated or deleted, in any tenant table', async () => {
    for (const table of tables) {
      const column = orgColumn(table);
      const updated = await outcomeAs(
        ours,
        `update ${table} set ${column} = ${column} where ${column} <> $1`,
        [ours],
      );
      const deleted = await outcomeAs(ours, `delete from ${table} where ${column} = any($1)`, [theirs]);
      expect({ table, updated, deleted }).toEqual({
        table,
        updated: nothingTouched(table, READ_ONLY_TABLES),
        deleted: nothingTouched(table, ['orgs', ...READ_ONLY_TABLES]),
      });
    }
  });

  it('no row can be inserted for another org, in any tenant table', async () => {
    for (const table of tables) {
      const [row] = await db.asAdmin<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) as row from ${table} t where ${orgColumn(table)} = any($1) limit 1`,
        [theirs],
      );
      // With no column left to the application, any column shows that it has no right to insert.
      const columns = (await insertableColumns(table)).join(', ') || 'org_id';
      const insert = `insert into ${table} (${columns}) overriding system value
        select ${columns} from jsonb_populate_record(null::${table}, $1::jsonb)`;
      const outcome = await outcomeAs(ours, insert, [JSON.stringify(row?.row)]);
      // The heads of the chains and the counts are written by triggers, and by nobody else.
      const isCounted = ['audit_heads', 'org_usage'].includes(table);
      const why = isCounted ? 'permission denied for table' : 'row-level security policy';
      expect({ table, outcome }).toEqual({ table, outcome: expect.stringContaining(why) });
    }
  });

  it('no own row can be given to another org, in any tenant table', async () => {
    for (const table of tables) {
      const partition = /_p(\d)$/.exec(table)?.[1];
      const own = await touchedAs(ours, `select 1 from ${table}`);
      if (own === 0 && partition) continue;
      // Within a partition only an org of the same partition can be named at all.
      const other = theirs[Number(partition ?? 0)];
      const outcome = await outcomeAs(ours, `update ${table} set ${orgColumn(table)} = $1`, [other]);
      const why = READ_ONLY_TABLES.includes(table)
        ? 'permission denied for table'
        : 'row-level security policy';
      expect({ table, outcome }).toEqual({ table, outcome: expect.stringContaining(why) });
    }
  });
});

describe('without an org', () => {
  it('nothing is visible and nothing can be touched, in any tenant table', async () => {
    for (const table of tables) {
      const column = orgColumn(table);
      const seen = await touchedAs(null, `select 1 from ${table}`);
      const updated = await outcomeAs(null, `update ${table} set ${column} = ${column}`);
      expect({ table, seen, updated }).toEqual({
        table,
        seen: 0,
        updated: nothingTouched(table, READ_ONLY_TABLES),
      });
    }
  });
});
