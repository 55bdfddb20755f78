import { searchPassages } from '@docket/db/passage-search';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { halfVector } from '../../src/documents/half-vector.ts';
import { PROFILE_ID } from '../../../../test/support/seeds/document.ts';
import { readsOf, scansOf, type Explained, type TableRead } from './explain.ts';
import { fillManyOrgs, type ManyOrgs } from './many-orgs.ts';

jest.setTimeout(120_000);

let db: TestDatabase;
let orgs: ManyOrgs;

beforeAll(async () => {
  db = await createTestDatabase();
  orgs = await fillManyOrgs(db);
});

afterAll(() => db.drop());

const QUERY = '{3:1,101:0.5}/1000000000';
const FIRST_PAGE = { limit: 50, beforeId: null };

async function anyId(orgId: string, table: string): Promise<string> {
  const [row] = await db.asAdmin<{ id: string }>(`select id from ${table} where org_id = $1 limit 1`, [
    orgId,
  ]);
  if (!row) throw new Error(`no row in ${table}`);
  return row.id;
}

async function someChunks(orgId: string): Promise<string[]> {
  const rows = await db.asAdmin<{ id: string }>('select id from chunks where org_id = $1 limit 100', [orgId]);
  return rows.map(({ id }) => id);
}

type Work = (tx: TenantTransaction) => Promise<unknown>;

/** Each way to read that a request or a run takes, as a factory, since some need an id first. */
const READS: Record<string, (orgId: string) => Promise<Work>> = {
  'the lexical scan': async () => (tx) => tx.search.lexicalTop(QUERY, {}, 300),
  'the lexical scan of a collection': async (orgId) => {
    const collectionId = await anyId(orgId, 'collections');
    return (tx) =>
      tx.search.lexicalTop(QUERY, { collectionId, mediaType: 'text/markdown', metadata: {} }, 300);
  },
  'the second look at scores': async (orgId) => {
    const ids = await someChunks(orgId);
    return (tx) => tx.search.lexicalScores(QUERY, ids);
  },
  'the lexical lists': async () => (tx) =>
    tx.postings.lexicalTop(
      new Map([
        [3, 1],
        [101, 0.5],
      ]),
      QUERY,
      {},
      300,
    ),
  'the vector scan': async () => (tx) =>
    tx.search.vectorTop(PROFILE_ID, halfVector(Float32Array.of(1, 0, 0, 1)), {}, 100, 'exact'),
  'the passages of the hits': async (orgId) => {
    const ids = await someChunks(orgId);
    return (tx) => tx.search.passages(ids, {});
  },
  'term frequencies': async () => (tx) => tx.lexemes.frequencies([1, 2, 3, 40, 41]),
  'a whole search': async () => (tx) => {
    const vector = { profileId: PROFILE_ID, values: Float32Array.of(1, 0, 0, 1) };
    return searchPassages(
      tx,
      { text: 'exports at night', vector, mode: 'hybrid', filter: {}, limit: 10 },
      0.5,
    );
  },
  'a document': async (orgId) => {
    const id = await anyId(orgId, 'documents');
    return (tx) => tx.documents.view(id);
  },
  'the list of documents': async () => (tx) => tx.documents.list({}, FIRST_PAGE),
  'the list of documents of a collection': async (orgId) => {
    const collectionId = await anyId(orgId, 'collections');
    return (tx) => tx.documents.list({ collectionId, state: 'indexed', text: 'document' }, FIRST_PAGE);
  },
  'a document by external key': async (orgId) => {
    const collectionId = await anyId(orgId, 'collections');
    return (tx) => tx.documents.lockByExternalKey(collectionId, 'key 3');
  },
  'the passages of a document': async (orgId) => {
    const id = await anyId(orgId, 'contents');
    return (tx) => tx.chunks.list(id, -1, 50);
  },
  'the passages without a vector': async (orgId) => {
    const id = await anyId(orgId, 'contents');
    return (tx) => tx.chunks.withoutVector(id, PROFILE_ID, 128);
  },
  'an API key': async (orgId) => {
    const id = await anyId(orgId, 'api_keys');
    return (tx) => tx.apiKeys.find(id);
  },
  'the list of runs': async () => (tx) => tx.runs.list({}, FIRST_PAGE),
  'the failures': async () => (tx) => tx.failures.list(),
  'the history of a run': async (orgId) => {
    const id = await anyId(orgId, 'runs');
    return (tx) => tx.runs.history(id);
  },
  'the next content to erase': async (orgId) => {
    const id = await anyId(orgId, 'documents');
    return (tx) => tx.contentErasures.next(id);
  },
  'the runs about a document': async (orgId) => {
    const id = await anyId(orgId, 'documents');
    return (tx) => tx.erasures.runsAfter(id, id, null, 50);
  },
  'the objects an erasure has left': async (orgId) => {
    const id = await anyId(orgId, 'runs');
    return (tx) => tx.objectDeletions.ofRun(id, 50);
  },
};

/** Each way that an erasure changes rows, which are found by the same indexes. */
const ERASURES: Record<string, (orgId: string) => Promise<Work>> = {
  'superseding runs': async (orgId) => {
    const id = await anyId(orgId, 'documents');
    return (tx) => tx.erasures.supersede(id, id, { code: 'document.deleted', message: 'm' });
  },
  'erasing a content': async (orgId) => {
    const [row] = await db.asAdmin<{ document_id: string; content_id: string }>(
      'select document_id, content_id from document_versions where org_id = $1 and content_id is not null limit 1',
      [orgId],
    );
    return (tx) => tx.contentErasures.erase(row?.document_id ?? '', row?.content_id ?? '');
  },
  'taking uploads': async (orgId) => {
    const document = await anyId(orgId, 'documents');
    const run = await anyId(orgId, 'runs');
    return (tx) => tx.objectDeletions.takeUploads(document, run);
  },
  'blanking what names the document': async (orgId) => {
    const id = await anyId(orgId, 'documents');
    return (tx) => tx.erasures.blank(id, id);
  },
};

/** What a plan does that it must not: read a tenant table without an index on the org, or rows of others. */
async function offences(orgId: string, reads: readonly TableRead[]): Promise<string[]> {
  const found: string[] = [];
  for (const { table, how, indexCondition, rowsRead } of reads) {
    if (table === 'embedding_profiles') continue;
    const indexed = /\borg_id = /.test(indexCondition);
    const rows = await db.asAdmin<{ own: number }>(
      `select count(*)::integer as own from ${table} where org_id = $1`,
      [orgId],
    );
    const own = rows[0]?.own ?? 0;
    if (!indexed) found.push(`${how} on ${table} by ${indexCondition}`);
    if (rowsRead > own) found.push(`${how} on ${table} reads ${rowsRead} rows where the org has ${own}`);
  }
  return found;
}

describe.each(['big', 'small'] as const)('as the application role, for a %s org among others', (size) => {
  it.each(Object.keys(READS))('%s reads by an index on the org, and no row of another org', async (name) => {
    const orgId = orgs[size];
    const work = await READS[name]?.(orgId);
    if (!work) throw new Error(`no such read: ${name}`);
    const reads = await readsOf(db, orgId, work);
    expect(reads.length).toBeGreaterThan(0);
    expect(await offences(orgId, reads)).toEqual([]);
  });
});

describe.each(['big', 'small'] as const)('erasing, for a %s org among others', (size) => {
  it.each(Object.keys(ERASURES))('%s finds its rows by an index on the org', async (name) => {
    const orgId = orgs[size];
    const work = await ERASURES[name]?.(orgId);
    if (!work) throw new Error(`no such erasure: ${name}`);
    expect(await offences(orgId, await readsOf(db, orgId, work))).toEqual([]);
  });
});

describe('the functions that look across orgs', () => {
  /** How a function's own body reads, as the role it runs as, with its parameters put in. */
  async function readsOfFunction(name: string, parameters: Record<string, string>): Promise<TableRead[]> {
    const [row] = await db.asAdmin<{ body: string }>(
      'select prosrc as body from pg_proc where proname = $1',
      [name],
    );
    if (!row) throw new Error(`there is no function ${name}`);
    let body = row.body;
    for (const [parameter, value] of Object.entries(parameters)) body = body.replaceAll(parameter, value);
    const client = new pg.Client({ connectionString: db.adminUrl });
    await client.connect();
    try {
      await client.query('set role docket_system');
      return scansOf((await client.query<Explained>(`explain (analyze, format json) ${body}`)).rows);
    } finally {
      await client.end();
    }
  }

  it.each([
    ['docket_find_api_key', { wanted_hash: `'\\x00'::bytea` }, 1],
    ['docket_last_indexed_at', {}, 1],
    ['docket_due_object_deletions', { most: '10' }, 10],
    ['docket_unstarted_runs', { older_than: `interval '1 minute'`, most: '10' }, 10],
  ])(
    '%s reads by an index of its own, and no more rows than it hands out',
    async (name, parameters, most) => {
      const reads = await readsOfFunction(name, parameters);
      expect(reads.map(({ how }) => how)).toEqual([expect.stringMatching(/^Index (Only )?Scan$/)]);
      expect(reads[0]?.rowsRead).toBeLessThanOrEqual(most);
    },
  );
});

describe('the check of plans', () => {
  it('turns red when an index on the org is missing', async () => {
    await db.asAdmin('alter table chunk_lexical drop constraint chunk_lexical_pkey');
    await db.asAdmin('drop index chunk_lexical_org_id_content_id_idx');
    const reads = await readsOf(db, orgs.small, (tx) => tx.search.lexicalTop(QUERY, {}, 300));
    expect(await offences(orgs.small, reads)).toEqual([
      expect.stringMatching(/^Seq Scan on chunk_lexical by/),
      expect.stringMatching(/^Seq Scan on chunk_lexical reads 30\d+ rows where the org has 200$/),
    ]);
  });
});
