import { parseTypeId } from '@docket/domain/ids/type-id';
import type { TestDatabase } from './database.ts';

/**
 * How often passages were stored, by content: once. Whoever takes a content over goes on from what is stored, and whoever it
 * was taken from has its result refused. Digests cannot show it, since the same bytes make the same passages.
 */
export async function passagesStored(database: TestDatabase, orgId: string): Promise<unknown[]> {
  return database.asAdmin(
    `select times, count(*)::integer as contents
       from (select v.content_id, count(*)::integer as times
               from run_events e
               join document_versions v on v.org_id = e.org_id and v.run_id = e.run_id
              where e.org_id = $1 and e.step = 'parse' and e.outcome = 'succeeded'
              group by v.content_id) stored
      group by times`,
    [parseTypeId('org', orgId)],
  );
}

/** The ingests that were started, by how they ended and how often their history says that they made it. */
export async function endingsOfRuns(database: TestDatabase, orgId: string): Promise<unknown[]> {
  return database.asAdmin(
    `select state, endings, count(*)::integer as runs
       from (select r.state, (select count(*)::integer from run_events e
                               where e.org_id = r.org_id and e.run_id = r.id and e.step = 'index') as endings
               from runs r where r.org_id = $1 and r.kind = 'documentIngest') ended
      group by state, endings`,
    [parseTypeId('org', orgId)],
  );
}
