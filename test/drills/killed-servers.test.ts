import { parseTypeId } from '@docket/domain/ids/type-id';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DocketClient, FileToUpload } from '../../tools/client/docket-client.ts';
import { mixedDocuments } from '../../tools/client/generated-documents.ts';
import { inParallel } from '../../tools/client/in-parallel.ts';
import { searchableState } from '../support/searchable-content.ts';
import { until } from '../support/until.ts';
import { TemporaryStack } from '../long/temporary-stack.ts';

const MINUTES = 60_000;
const DOCUMENTS = 200;
const UPLOADS_AT_ONCE = 12;

/** Each twice, the ones that hold work in their hands three times. */
const VICTIMS = [
  'worker',
  'postgres',
  'temporal',
  'api',
  'worker',
  'postgres',
  'temporal',
  'worker',
  'api',
] as const;

/** Where the documents were when a server was killed. */
interface Kill {
  victim: (typeof VICTIMS)[number];
  documents: Record<string, number>;
}

describe(`${DOCUMENTS} documents of mixed size`, () => {
  const stack = new TemporaryStack();
  const files = mixedDocuments(DOCUMENTS, 'kills');

  beforeAll(() => stack.up(), 3 * MINUTES);
  afterAll(() => stack.remove(), MINUTES);

  it(
    'end as in an undisturbed run, whichever server is killed in the middle of them',
    async () => {
      const quiet = await stack.newOrg('undisturbed');
      await inParallel(files, UPLOADS_AT_ONCE, (file) => ingest(quiet.docket, file));

      const disturbed = await stack.newOrg('disturbed');
      const orgId = parseTypeId('org', disturbed.orgId) ?? '';
      const uploading = inParallel(files, UPLOADS_AT_ONCE, (file) => ingest(disturbed.docket, file));
      const kills: Kill[] = [];
      for (const victim of VICTIMS) {
        await until(`work is under way before ${victim} is killed`, async () => {
          return underWay(await whereDocumentsAre(stack.adminUrl, orgId)) > 0;
        });
        kills.push({ victim, documents: await whereDocumentsAre(stack.adminUrl, orgId) });
        stack.kill(victim);
        await stack.up();
      }
      await uploading;
      console.table(kills.map(({ victim, documents }) => ({ victim, ...documents })));

      const expected = await searchableState(stack.adminUrl, parseTypeId('org', quiet.orgId) ?? '');
      expect(expected.contents).toHaveLength(DOCUMENTS);
      expect(await searchableState(stack.adminUrl, orgId)).toEqual(expected);
    },
    12 * MINUTES,
  );
});

/** As a client that does not give up: a file is brought again until its document is searchable. */
async function ingest(docket: () => DocketClient, file: FileToUpload): Promise<void> {
  const named = { ...file, externalKey: file.fileName };
  let documentId: string | null = null;
  await until(
    `${file.fileName} is searchable`,
    async () => {
      try {
        documentId ??= (await docket().upload(named)).documentId;
        return (await docket().untilEnded(documentId, MINUTES)).state === 'indexed';
      } catch {
        // No answer, or an answer of a server in trouble; whatever was half done is asked about anew.
        return false;
      }
    },
    8 * MINUTES,
  );
}

/** How many documents are in which state and step. */
async function whereDocumentsAre(adminUrl: string, orgId: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ place: string; documents: number }>(
      `select case when v.state = 'processing' then v.step else v.state end as place, count(*)::integer as documents
         from document_versions v where v.org_id = $1 group by 1 order by 1`,
      [orgId],
    );
    return Object.fromEntries(rows.map(({ place, documents }) => [place, documents]));
  } finally {
    await client.end();
  }
}

function underWay(documents: Record<string, number>): number {
  const ended = new Set(['indexed', 'awaiting_upload']);
  return Object.entries(documents).reduce((sum, [place, count]) => (ended.has(place) ? sum : sum + count), 0);
}
