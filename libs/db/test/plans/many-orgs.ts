import { newId, type TestDatabase } from '../../../../test/support/database.ts';
import { PROFILE_ID } from '../../../../test/support/seeds/document.ts';

/** Documents of each kind of org, and passages of a document: 30,000 passages over all. */
const PASSAGES_PER_DOCUMENT = 20;
const BIG_DOCUMENTS = 150;
const SMALL_DOCUMENTS = 10;
const OTHER_ORGS = 9;

export interface ManyOrgs {
  /** A tenth of everything. */
  big: string;
  /** Less than a hundredth. */
  small: string;
}

// One statement per table; ids count up, so that each can be worked out from the others. The md5 makes ids of orgs
// unlike each other, as real ones are.
const FILL_SQL = [
  `insert into orgs (id, name) values ($1, 'org')`,
  `insert into api_keys (org_id, id, name, prefix, key_hash, scopes)
   select $1, md5('k' || $1 || n)::uuid, 'key', 'dk_live_abcd', decode(md5($1 || n) || md5(n || $1), 'hex'), '{search}'
     from generate_series(1, $2::integer) n`,
  `insert into collections (org_id, id, name) select $1, md5('o' || $1 || n)::uuid, 'collection ' || n
     from generate_series(1, $2::integer) n`,
  `insert into runs (org_id, id, kind, subject_kind, subject_id, workflow_id, request_id, state)
   select $1, md5('r' || $1 || n)::uuid, 'documentIngest', 'document', md5('d' || $1 || n)::uuid, 'w' || n, 'r', 'succeeded'
     from generate_series(1, $2::integer) n`,
  `insert into contents (org_id, id, sha256, parser_kind, language, pipeline_version, state, size_bytes, indexed_at, chunk_count)
   select $1, md5('c' || $1 || n)::uuid, decode(md5('c' || n) || md5($1), 'hex'), 'markdown', 'auto', 1, 'indexed', 9, now(), ${PASSAGES_PER_DOCUMENT}
     from generate_series(1, $2::integer) n`,
  `insert into documents (org_id, id, collection_id, title, current_version, current_content_id, external_key)
   select $1, md5('d' || $1 || n)::uuid, md5('o' || $1 || (n % 5 + 1))::uuid, 'Document ' || n, 1, md5('c' || $1 || n)::uuid, 'key ' || n
     from generate_series(1, $2::integer) n`,
  `insert into document_versions (org_id, id, document_id, version, state, content_id, run_id, file_name, media_type,
                                  size_bytes, sha256, language)
   select $1, md5('v' || $1 || n)::uuid, md5('d' || $1 || n)::uuid, 1, 'indexed', md5('c' || $1 || n)::uuid,
          md5('r' || $1 || n)::uuid, 'a.md', 'text/markdown', 9, decode(md5('s' || n) || md5($1), 'hex'), 'auto'
     from generate_series(1, $2::integer) n`,
  `insert into uploads (org_id, id, version_id, staging_key, expires_at)
   select $1, md5('u' || $1 || n)::uuid, md5('v' || $1 || n)::uuid, 'staging/' || n, now() from generate_series(1, $2::integer) n`,
  `insert into chunks (org_id, id, content_id, ordinal, text, section_path, char_start, char_end, token_count)
   select $1, md5('p' || $1 || n || '/' || o)::uuid, md5('c' || $1 || n)::uuid, o, repeat('Exports run at night. ', 20), '{}', 0, 9, 9
     from generate_series(1, $2::integer) n, generate_series(1, ${PASSAGES_PER_DOCUMENT}) o`,
  `insert into chunk_lexical (org_id, chunk_id, content_id, weights)
   select $1, id, content_id, format('{%s:1,%s:0.5,%s:0.25}/1000000000', 1 + ordinal, 100 + ordinal, 1000 + ordinal)::sparsevec
     from chunks where org_id = $1 and $2::integer > 0`,
  `insert into chunk_embeddings (org_id, chunk_id, content_id, profile_id, embedding)
   select $1, id, content_id, ${PROFILE_ID}, format('[%s,%s,0,1]', ordinal, 20 - ordinal)::halfvec
     from chunks where org_id = $1 and $2::integer > 0`,
  `insert into lexeme_counts (org_id, term, chunk_count) select $1, n, 1 from generate_series(0, $2::integer * 10) n`,
  `insert into lexeme_changes (org_id, terms, deltas) select $1, array[0, n], '{1, 1}' from generate_series(1, $2::integer) n`,
  `insert into run_events (org_id, run_id, at, step, what, outcome)
   select $1, r.id, now(), 'parse', 'Parsed', 'succeeded' from runs r, generate_series(1, 5) where org_id = $1 and $2::integer > 0`,
  `insert into run_executions (org_id, run_id, temporal_run_id, worker_build, started_at)
   select $1, r.id, r.id, 'build', now() from runs r where org_id = $1 and $2::integer > 0`,
  // Without members, so that there are as many as an org of some millions of passages has.
  `insert into posting_blocks (org_id) select $1 from generate_series(1, $2::integer * 3)`,
  `insert into document_erasures (org_id, document_id, run_id, requested_by)
   select $1, md5('d' || $1 || n)::uuid, md5('r' || $1 || n)::uuid, 'key' from generate_series(1, $2::integer) n where n % 2 = 0`,
  `insert into object_deletions (org_id, id, run_id, object_key, is_late, due_at)
   select $1, md5('x' || $1 || n)::uuid, md5('r' || $1 || n)::uuid, 'key', n % 4 = 0, now() + make_interval(mins => n - 200)
     from generate_series(1, $2::integer) n`,
];

/**
 * Eleven orgs in the same partition, so that the planner has foreign rows to read everywhere: one big, one small, the
 * rest as big as the big one. Statistics are fresh.
 */
export async function fillManyOrgs(db: TestDatabase): Promise<ManyOrgs> {
  const candidates = Array.from({ length: 400 }, newId);
  const rows = await db.asAdmin<{ id: string }>(
    `select id from unnest($1::uuid[]) id where satisfies_hash_partition('chunk_embeddings'::regclass, 8, 0, id)`,
    [candidates],
  );
  const [big, small, ...others] = rows.map(({ id }) => id);
  if (!big || !small || others.length < OTHER_ORGS)
    throw new Error('too few ids fall into the first partition');
  for (const orgId of [...others.slice(0, OTHER_ORGS), big]) await fillOrg(db, orgId, BIG_DOCUMENTS);
  await fillOrg(db, small, SMALL_DOCUMENTS);
  for (const { id } of await db.asAdmin<{ id: string }>('select id from orgs')) {
    await db.tenants.withTenant(id, (tx) => tx.postings.merge(1));
  }
  await db.asAdmin('vacuum analyze');
  return { big, small };
}

async function fillOrg(db: TestDatabase, orgId: string, documents: number): Promise<void> {
  for (const sql of FILL_SQL) {
    const typed = sql.replaceAll('$1', '$1::uuid').replaceAll(/(\|\| |md5\()\$1::uuid/g, '$1$$1::uuid::text');
    await db.asAdmin(typed, sql.includes('$2') ? [orgId, documents] : [orgId]);
  }
}
