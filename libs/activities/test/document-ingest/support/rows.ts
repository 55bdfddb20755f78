import type { IngestSubject } from '@docket/activities/document-ingest/types';
import type { IngestWorld } from './ingest-world.ts';

/** What an ingest left in the database, without ids and times that differ from one attempt to the next. */
export async function rowsOf(world: IngestWorld, subject: IngestSubject): Promise<Record<string, unknown[]>> {
  const of = (sql: string): Promise<Record<string, unknown>[]> =>
    world.database.asAdmin(sql, [subject.versionId]);
  const content = '(select content_id from document_versions where id = $1)';
  return {
    version: await of('select state, step, content_id, error_code from document_versions where id = $1'),
    contents: await of(
      `select state, chunk_count, error_code, lease_run_id from contents where id = ${content}`,
    ),
    chunks: await of(
      `select ordinal, text, char_start, char_end, section_path from chunks where content_id = ${content} order by ordinal`,
    ),
    weights: await of(
      `select c.ordinal, l.weights::text from chunk_lexical l join chunks c on c.id = l.chunk_id
        where l.content_id = ${content} order by 1`,
    ),
    vectors: await of(
      `select c.ordinal, e.embedding::text from chunk_embeddings e join chunks c on c.id = e.chunk_id
        where e.content_id = ${content} order by 1`,
    ),
    document: await of(
      `select current_version, current_content_id from documents
        where id = (select document_id from document_versions where id = $1)`,
    ),
    run: await of(
      'select state, error_code from runs where id = (select run_id from document_versions where id = $1)',
    ),
    executions: await of(
      `select worker_build, ended_at is null as open from run_executions
        where run_id = (select run_id from document_versions where id = $1) order by started_at`,
    ),
  };
}

/** The readable history, as `step outcome`. */
export async function eventsOf(world: IngestWorld, subject: IngestSubject): Promise<string[]> {
  const rows = await world.database.asAdmin<{ line: string }>(
    `select step || ' ' || outcome as line from run_events where run_id = $1 order by id`,
    [subject.runId],
  );
  return rows.map(({ line }) => line);
}
