import { parseTypeId } from '@docket/domain/ids/type-id';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DocketClient, FileToUpload } from '../../tools/client/docket-client.ts';
import { mixedDocuments } from '../../tools/client/generated-documents.ts';
import { inParallel } from '../../tools/client/in-parallel.ts';
import type { AppProcess } from '../support/app-process.ts';
import { createTestDatabase } from '../support/database.ts';
import { seededRandom, type FaultCounts, type Faults } from '../support/faulty-port.ts';
import { endingsOfRuns, passagesStored } from '../support/ingest-effects.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';
import { searchableState } from '../support/searchable-content.ts';
import { TestStack } from '../support/stack.ts';
import { startDevServer, type DevServer } from '../support/temporal-dev-server.ts';
import { WorkerOnFaultyPorts } from '../support/worker-on-ports.ts';

const MINUTES = 60_000;
const FILES = 24;
/** Each file is brought as several documents at once, so that its content is fought over. */
const DOCUMENTS_PER_FILE = 3;
const UPLOADS_AT_ONCE = 24;
/** Longer than the seconds that claims hold here: whoever stalled is too late, and has to notice. */
const STALL_MS = 8_000;

describe('on ports that fail by chance, before doing or after', () => {
  const faults: Faults = { failing: 0, stalling: 0, stallMs: STALL_MS, random: seededRandom(20_261_121) };
  const counts: FaultCounts = new Map();
  const files = mixedDocuments(FILES, 'faults');
  let server: DevServer;
  let stack: TestStack;
  let api: AppProcess;
  let workers: WorkerOnFaultyPorts[];
  let expected: Awaited<ReturnType<typeof searchableState>>;

  beforeAll(async () => {
    quietTemporal();
    server = await startDevServer();
    stack = await TestStack.open(await createTestDatabase(), {
      temporalAddress: server.address,
      namespace: server.namespace,
    });
    api = await stack.startApi();
    // Two, so that the runs of one content are worked on in two places.
    workers = [
      await WorkerOnFaultyPorts.start(stack, server, faults, counts),
      await WorkerOnFaultyPorts.start(stack, server, faults, counts),
    ];
    expected = await ingestAll(await stack.newOrg(api));
    expect(expected.contents).toHaveLength(FILES);
  }, 5 * MINUTES);

  afterAll(async () => {
    faults.failing = faults.stalling = 0;
    for (const worker of workers) await worker.stop();
    await stack.stop();
    await server.stop();
  }, 2 * MINUTES);

  it.each([0.01, 0.1])(
    'at a chance of %d a call, every document ends as without faults, once',
    async (chance) => {
      const org = await stack.newOrg(api);
      counts.clear();
      faults.failing = chance;
      faults.stalling = chance / 10;
      const state = await ingestAll(org);
      faults.failing = faults.stalling = 0;
      console.table(Object.fromEntries([...counts].sort()));

      expect(state).toEqual(expected);
      expect(await passagesStored(stack.database, org.orgId)).toEqual([{ times: 1, contents: FILES }]);
      expect(await endingsOfRuns(stack.database, org.orgId)).toEqual([
        { state: 'succeeded', endings: 1, runs: expect.any(Number) },
      ]);
      // At one in a hundred not every kind need happen.
      if (chance < 0.1) return;
      for (const port of ['database', 'storage', 'result']) {
        for (const when of ['before', 'after']) expect(counts.get(`${port} ${when}`) ?? 0).toBeGreaterThan(0);
      }
    },
    8 * MINUTES,
  );

  async function ingestAll(org: {
    orgId: string;
    docket: DocketClient;
  }): Promise<Awaited<ReturnType<typeof searchableState>>> {
    const documents = files.flatMap((file): FileToUpload[] =>
      Array.from({ length: DOCUMENTS_PER_FILE }, (_, copy) => ({
        ...file,
        title: `${file.fileName} ${copy}`,
      })),
    );
    await inParallel(documents, UPLOADS_AT_ONCE, async (document) => {
      const { documentId } = await org.docket.upload(document);
      const ended = await org.docket.untilEnded(documentId, 4 * MINUTES);
      expect({ state: ended.state, error: ended.error }).toEqual({ state: 'indexed', error: null });
    });
    return searchableState(stack.database.adminUrl, parseTypeId('org', org.orgId) ?? '');
  }
});
