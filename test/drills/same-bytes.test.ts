import { parseTypeId } from '@docket/domain/ids/type-id';
import { createTemporalClient } from '@docket/platform/temporal/connection';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DocketClient, FileToUpload } from '../../tools/client/docket-client.ts';
import { mixedDocuments } from '../../tools/client/generated-documents.ts';
import { sha256 } from '../end-to-end/support/documents.ts';
import { untilSomebodyWaits } from '../support/lock-waits.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';
import { startStack, type RunningStack } from '../support/stack.ts';
import { startDevServer, type DevServer } from '../support/temporal-dev-server.ts';
import { until } from '../support/until.ts';

const MINUTES = 60_000;
const AT_ONCE = 50;

/** Where the content is when fifty others bring the same bytes. */
const MOMENTS = ['never seen', 'being parsed', 'being embedded', 'closing', 'indexed', 'rejected'] as const;
type Moment = (typeof MOMENTS)[number];

describe(`${AT_ONCE} concurrent uploads of the same bytes`, () => {
  let server: DevServer;
  let running: RunningStack;
  let org: { orgId: string; docket: DocketClient };

  beforeAll(async () => {
    quietTemporal();
    server = await startDevServer();
    running = await startStack({ temporalAddress: server.address, namespace: server.namespace });
    org = await running.stack.newOrg(running.api);
  }, 3 * MINUTES);
  afterAll(async () => {
    await running.stack.stop();
    await server.stop();
  }, 2 * MINUTES);

  it.each(MOMENTS)(
    'while their content is %s, make one parse and one embedding',
    async (moment) => {
      const file = fileFor(moment);
      const parsedBefore = await parsesByWorker();
      const first = moment === 'never seen' ? [] : [await reach(moment, file)];
      const others = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, copy) =>
          org.docket.upload({ ...file, title: `copy ${copy} while ${moment}` }),
        ),
      );
      await letClose(moment);
      const ended = await Promise.all(
        [...first, ...others].map(({ documentId }) => org.docket.untilEnded(documentId, 3 * MINUTES)),
      );
      const end = moment === 'rejected' ? 'rejected' : 'indexed';
      expect(new Set(ended.map(({ state }) => state))).toEqual(new Set([end]));

      expect(await madeOf(file)).toEqual({
        contents: 1,
        parsesStored: moment === 'rejected' ? 0 : 1,
        embeddings: moment === 'rejected' ? 0 : 1,
        passagesTwice: 0,
      });
      // Counted where files are parsed: one whose result was thrown away counts there, too.
      expect((await parsesByWorker()) - parsedBefore).toBe(1);
      // Whoever was told that it is known has no run; everybody else has exactly one execution.
      const started = [...first, ...others].filter(({ runId }) => runId !== null);
      if (moment === 'indexed') expect(started).toHaveLength(1);
      expect(await executionsOf(started.map(({ documentId }) => documentId))).toBe(started.length);
    },
    5 * MINUTES,
  );

  /** Brings one document so far that its content is where the others shall meet it. */
  async function reach(moment: Moment, file: FileToUpload): ReturnType<DocketClient['upload']> {
    const announced = await org.docket.announce(file);
    if (!announced.upload) throw new Error('the bytes are known already');
    const { upload, documentId } = announced;
    const isAt = async (condition: string): Promise<boolean> => {
      const rows = await running.stack.database.asAdmin(
        `select 1 from contents c where c.sha256 = $1 and ${condition}`,
        [Buffer.from(sha256(file.bytes), 'hex')],
      );
      return rows.length > 0;
    };
    if (moment === 'closing') await holdDocument(documentId);
    await org.docket.put(upload, file.bytes);
    switch (moment) {
      case 'being parsed':
        await until('it is being parsed', () => isAt(`c.state = 'processing' and c.chunk_count = 0`));
        break;
      case 'being embedded':
        await until('it is being embedded', () => isAt(`c.state = 'processing' and c.chunk_count > 0`));
        break;
      case 'closing':
        // The transaction that flips it has done so, and waits at the document's row.
        await untilSomebodyWaits(running.stack.database);
        break;
      default:
        await org.docket.untilEnded(documentId, MINUTES);
    }
    return announced;
  }

  let holder: pg.Client | undefined;

  /** Locks the row of a document that indexing has to write, after it has flipped the content. */
  async function holdDocument(documentId: string): Promise<void> {
    holder = new pg.Client({ connectionString: running.stack.database.adminUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select 1 from documents where id = $1 for update', [
      parseTypeId('document', documentId),
    ]);
  }

  async function letClose(moment: Moment): Promise<void> {
    if (moment !== 'closing') return;
    await holder?.query('commit');
    await holder?.end();
  }

  /** What was made of a file's bytes, as the rows and the worker's own history say. */
  async function madeOf(file: FileToUpload): Promise<unknown> {
    const [made] = await running.stack.database.asAdmin(
      `select count(distinct c.id)::integer as contents,
              (select count(*)::integer from run_events e join document_versions v
                   on v.org_id = e.org_id and v.run_id = e.run_id
                where v.sha256 = $1 and e.step = 'parse' and e.outcome = 'succeeded') as "parsesStored",
              (select count(distinct e.run_id)::integer from run_events e join document_versions v
                   on v.org_id = e.org_id and v.run_id = e.run_id
                where v.sha256 = $1 and e.step = 'embed' and e.outcome = 'succeeded') as embeddings,
              (select count(*)::integer - count(distinct p.ordinal)::integer from chunks p
                where p.content_id in (select id from contents where sha256 = $1)) as "passagesTwice"
         from contents c where c.sha256 = $1`,
      [Buffer.from(sha256(file.bytes), 'hex')],
    );
    return made;
  }

  /** Files that the worker has handed to a parser since it began. */
  async function parsesByWorker(): Promise<number> {
    const metrics = await (await fetch(`${running.worker.url}/metrics`)).text();
    return [...metrics.matchAll(/^docket_parse_duration_seconds_count\{[^}]*\} (\d+)$/gm)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
  }

  async function executionsOf(documentIds: readonly string[]): Promise<number> {
    const client = createTemporalClient({
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
    });
    const named = documentIds.map((id) => `'${id}'`).join(', ');
    try {
      const { count } = await client.workflow.count(
        `DocketKind = 'documentIngest' AND DocketSubject IN (${named})`,
      );
      return count;
    } finally {
      await client.connection.close();
    }
  }
});

/** Some 500 passages, so that embedding is a step of its own; or nothing but blanks, which no parser takes. */
function fileFor(moment: Moment): FileToUpload {
  const [large] = mixedDocuments(1, moment);
  if (!large) throw new Error('no file was made');
  return moment === 'rejected' ? { ...large, bytes: Buffer.from(' \n'.repeat(500)) } : large;
}
