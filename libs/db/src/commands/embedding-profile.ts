import { toTypeId } from '@docket/domain/ids/type-id';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { databaseAdminConfig } from '@docket/platform/config/database';
import { loadConfig } from '@docket/platform/config/load';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { buildProfileIndex } from '../migration/profile-index.js';

const USAGE =
  'usage: embedding-profile.js add <provider> <model> <dimension> [fusion weight 0 to 1] | index <number>';

/**
 * `add` registers a profile, builds its index and prints its id, with which the API activates it; a profile that is there
 * is found. `index` builds the index of a profile that has none, by its number.
 */
async function main([action, ...parameters]: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: loadConfig(databaseAdminConfig).DATABASE_ADMIN_URL });
  await client.connect();
  try {
    if (action === 'add') await add(client, parameters);
    else if (action === 'index') await index(client, Number(parameters[0]));
    else throw new Error(USAGE);
  } finally {
    await client.end();
  }
}

async function add(client: pg.Client, [provider, model, dimension, weight]: string[]): Promise<void> {
  if (!provider || !model || !dimension) throw new Error(USAGE);
  const { rows } = await client.query<{ id: number; public_id: string; state: string }>(
    `insert into embedding_profiles (id, public_id, provider, model, dimension, state, fusion_weight)
     select coalesce(max(id), 0) + 1, $1, $2, $3, $4, 'registered', $5 from embedding_profiles
     on conflict (provider, model, dimension) do update set fusion_weight = excluded.fusion_weight
     returning id, public_id, state`,
    [uuidV7(Date.now(), randomBytes(10)), provider, model, Number(dimension), Number(weight ?? 0.5)],
  );
  const profile = rows[0];
  if (!profile) throw new Error('the profile was not stored');
  await index(client, profile.id);
  console.log(`${toTypeId('embeddingProfile', profile.public_id)} (number ${profile.id}, ${profile.state})`);
}

async function index(client: pg.Client, id: number): Promise<void> {
  const { rows } = await client.query<{ dimension: number }>(
    'select dimension from embedding_profiles where id = $1',
    [id],
  );
  const profile = rows[0];
  if (!profile) throw new Error(`there is no embedding profile ${id}`);
  const built = await buildProfileIndex(client, { id, dimension: profile.dimension });
  console.log(`profile ${id}: built the index of ${built} partitions`);
}

await main(process.argv.slice(2));
