import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { setTimeout } from 'node:timers/promises';
import { parseTypeId } from '@docket/domain/ids/type-id';
import { mixedDocuments } from '../../tools/client/generated-documents.ts';
import { inParallel } from '../../tools/client/in-parallel.ts';
import { TemporaryStack } from '../long/temporary-stack.ts';

const MINUTES = 60_000;
const DOCUMENTS = 40;
const AWAY_MS = MINUTES;

describe('a minute without Postgres, in the middle of documents', () => {
  const stack = new TemporaryStack();
  beforeAll(() => stack.up(), 3 * MINUTES);
  afterAll(() => stack.remove(), MINUTES);

  it(
    'spends no attempt of any of them: all are searchable afterwards, by the execution that began them',
    async () => {
      const { orgId, docket } = await stack.newOrg('without a database');
      const documentIds: string[] = [];
      await inParallel(mixedDocuments(DOCUMENTS, 'away'), 8, async (file) => {
        documentIds.push((await docket().upload(file)).documentId);
      });
      stack.kill('postgres');
      await setTimeout(AWAY_MS);
      await stack.up();
      const ended = await Promise.all(documentIds.map((id) => docket().untilEnded(id, 3 * MINUTES)));

      expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['indexed']));
      expect(await spent(orgId)).toEqual([
        { attempts: 1, storage_failures: 0, executions: 1, documents: DOCUMENTS },
      ]);
    },
    8 * MINUTES,
  );

  /** How often the runs of an org were begun and failed, and how many documents have each answer. */
  async function spent(orgId: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: stack.adminUrl });
    await client.connect();
    try {
      const { rows } = await client.query(
        `select r.attempts, v.storage_failures,
                (select count(*)::integer from run_executions e where e.org_id = r.org_id and e.run_id = r.id) as executions,
                count(*)::integer as documents
           from runs r join document_versions v on v.org_id = r.org_id and v.run_id = r.id
          where r.org_id = $1 group by 1, 2, 3`,
        [parseTypeId('org', orgId)],
      );
      return rows as unknown[];
    } finally {
      await client.end();
    }
  }
});
