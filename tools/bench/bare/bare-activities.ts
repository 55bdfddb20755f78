import { halfVector } from '@docket/db/half-vector';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { BareActivities } from './bare.workflow.ts';

/** Passages of 3 kB of Markdown, and the terms of one: what the real pipeline writes for the same document. */
const PASSAGES = 8;
const TERMS = 60;
const DIMENSIONS = 2_048;

const TEXT = 'x'.repeat(380);
const WEIGHTS = `{${Array.from({ length: TERMS }, (_, index) => `${index * 1_000 + 1}:1.25`).join(',')}}/1000000000`;
const VECTOR = halfVector(Float32Array.from({ length: DIMENSIONS }, (_, index) => (index % 2) / 32));

/** Tables of the same columns, without tenancy, keys or constraints: what inserts alone cost. */
export const BARE_TABLES = `
  create table if not exists bare_contents (id uuid primary key, text_key text, chunk_count integer);
  create table if not exists bare_chunks (id uuid primary key, content_id uuid, ordinal integer, text text);
  create table if not exists bare_lexical (chunk_id uuid primary key, weights sparsevec(1000000000));
  create table if not exists bare_embeddings (chunk_id uuid primary key, embedding halfvec);
  create table if not exists bare_passages (job text, rank integer, text text);
  create table if not exists bare_calls (job text, output text);
  create table if not exists bare_results (job text, body jsonb);
  create table if not exists bare_events (id bigint generated always as identity primary key, job text, step text);
  alter table bare_lexical alter column weights set storage main;
  alter table bare_embeddings alter column embedding set storage plain;`;

/** What drops them again. */
export const DROP_BARE_TABLES =
  'drop table bare_contents, bare_chunks, bare_lexical, bare_embeddings, bare_passages, bare_calls, bare_results, bare_events';

/** Passages that a ticket is answered from, and the length of an answer. */
const EVIDENCE = 10;
const OUTPUT = 'y'.repeat(1_500);

/** The same inserts as the activities of an ingest and of an enrichment make, and nothing else. */
export function bareActivities(pool: pg.Pool): BareActivities {
  return {
    async insertContent(job) {
      const contentId = newId();
      const ids = Array.from({ length: PASSAGES }, newId);
      await inTransaction(pool, async (client) => {
        await client.query('insert into bare_contents values ($1, $2, $3)', [contentId, job, PASSAGES]);
        await client.query(
          `insert into bare_chunks select id, $1, ordinal, $2 from unnest($3::uuid[]) with ordinality as c (id, ordinal)`,
          [contentId, TEXT, ids],
        );
        await client.query(
          'insert into bare_lexical select id, $2::sparsevec from unnest($1::uuid[]) as c (id)',
          [ids, WEIGHTS],
        );
        await client.query(
          'insert into bare_embeddings select id, $2::halfvec from unnest($1::uuid[]) as c (id)',
          [ids, VECTOR],
        );
        await addEvents(client, job, ['receive', 'verify', 'parse', 'chunk', 'embed']);
      });
    },
    async insertIndex(job) {
      await inTransaction(pool, (client) => addEvents(client, job, ['index']));
    },
    async insertEvidence(job) {
      await inTransaction(pool, async (client) => {
        await client.query(
          'insert into bare_passages select $1, rank, $2 from generate_series(1, $3) as rank',
          [job, TEXT, EVIDENCE],
        );
        await addEvents(client, job, ['prepare', 'retrieve']);
      });
    },
    async insertAnswer(job) {
      await inTransaction(pool, async (client) => {
        await client.query('insert into bare_calls values ($1, $2)', [job, OUTPUT]);
        await addEvents(client, job, ['ask']);
      });
    },
    async insertResult(job) {
      await inTransaction(pool, async (client) => {
        await client.query('insert into bare_results values ($1, $2)', [
          job,
          JSON.stringify({ text: OUTPUT }),
        ]);
        await addEvents(client, job, ['store']);
      });
    },
  };
}

async function addEvents(client: pg.PoolClient, job: string, steps: readonly string[]): Promise<void> {
  await client.query(
    'insert into bare_events (job, step) select $1, step from unnest($2::text[]) as s (step)',
    [job, steps],
  );
}

async function inTransaction(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

function newId(): string {
  return uuidV7(Date.now(), randomBytes(10));
}
