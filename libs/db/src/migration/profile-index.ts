import type pg from 'pg';
import { OWNER_ROLE } from './roles.js';

export interface IndexedProfile {
  id: number;
  dimension: number;
}

/** Memory of one build. The default of 64 MB makes the build of 100,000 vectors spill and take several times as long. */
const BUILD_MEMORY = '512MB';

/**
 * Builds the HNSW index of a profile on every partition of the vectors, without shutting writers out, and joins them
 * under one index of the parent table, which has no concurrent build of its own. A repeat builds what is missing, and
 * anew what an interrupted build left invalid. Returns how many partitions it built.
 *
 * @param client connected as a user that may become the owner of the tables, outside a transaction
 */
export async function buildProfileIndex(client: pg.ClientBase, profile: IndexedProfile): Promise<number> {
  const parent = `chunk_embeddings_profile_${profile.id}_hnsw`;
  await client.query(`set role ${OWNER_ROLE}`);
  await client.query(`set maintenance_work_mem = '${BUILD_MEMORY}'`);
  await client.query('set statement_timeout = 0');
  await client.query(`create index if not exists ${parent} on only chunk_embeddings ${indexSql(profile)}`);
  let built = 0;
  for (const partition of await partitions(client)) {
    const name = `${partition}_profile_${profile.id}_hnsw`;
    const state = await indexState(client, name);
    if (state === 'invalid') await client.query(`drop index concurrently ${name}`);
    if (state !== 'valid') {
      await client.query(`create index concurrently ${name} on ${partition} ${indexSql(profile)}`);
      built += 1;
    }
    // Attaching what is attached changes nothing.
    await client.query(`alter index ${parent} attach partition ${name}`);
  }
  await client.query('reset role');
  return built;
}

/** The column has no dimension, since profiles differ; the cast gives it one. Inner product, as vectors have length one. */
function indexSql({ id, dimension }: IndexedProfile): string {
  return `using hnsw ((embedding::halfvec(${dimension})) halfvec_ip_ops) where profile_id = ${id}`;
}

async function partitions(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits
      where inhparent = 'chunk_embeddings'::regclass order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function indexState(client: pg.ClientBase, name: string): Promise<'valid' | 'invalid' | 'missing'> {
  const { rows } = await client.query<{ valid: boolean }>(
    `select i.indisvalid as valid from pg_index i where i.indexrelid = to_regclass($1)`,
    [name],
  );
  const row = rows[0];
  if (!row) return 'missing';
  return row.valid ? 'valid' : 'invalid';
}
