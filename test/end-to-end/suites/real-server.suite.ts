import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DocketClient, type FileToUpload, type UploadAnswer } from '../../../tools/client/docket-client.ts';
import { until } from '../../support/until.ts';
import type { AppProcess } from '../../support/app-process.ts';
import { runBuildsSuite } from './builds.suite.ts';
import { ended, ingest, markdown } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';
import { raw, type RawAnswer } from '../support/problems.ts';
import { expectRefused, put } from '../support/put.ts';

/** What the test server cannot do, or only in skipped time. */
export function runRealServerSuite(on: () => EndToEnd, meanwhile: () => void): void {
  describe('while an upload never comes', () => {
    const file = markdown('latecomers');
    const late = markdown('stragglers');
    let hurried: AppProcess;
    let announced: UploadAnswer;
    let announcedLate: UploadAnswer;

    async function putLate({ upload }: UploadAnswer, { bytes }: FileToUpload): Promise<RawAnswer> {
      if (!upload) throw new Error('there is nothing to upload');
      return put(upload, bytes);
    }

    // Begun first: the workflow adds a minute, which passes while the other tests run.
    beforeAll(async () => {
      hurried = await on().stack.startApi({ UPLOAD_URL_SECONDS: '2' });
      const docket = new DocketClient(hurried.url, on().apiKey);
      announced = await docket.announce(file);
      announcedLate = await docket.announce(late);
    }, 60_000);
    afterAll(() => hurried.stop(), 60_000);

    it('one that comes late is taken, for as long as its row says that it is waited for', async () => {
      const { expiresAt = '' } = announcedLate.upload ?? {};
      await until('the address has run out', () => Date.parse(expiresAt) + 1_000 < Date.now());
      const answer = await putLate(announcedLate, late);
      // A store goes by its clock.
      if (on().stack.storage.kind === 's3') {
        expect(answer.status).toBe(403);
      } else {
        expect(answer.status).toBe(200);
        expect(await ended(on(), announcedLate.documentId)).toMatchObject({ state: 'indexed' });
      }
    });

    meanwhile();
    runVisibilitySuite(on);
    runWorkerSuite(on);
    runBuildsSuite(on);

    it('its document ends as expired, a minute after its address', async () => {
      const { docket } = on();
      await until(
        'it has expired',
        async () => (await docket.document(announced.documentId)).state === 'upload_expired',
        90_000,
      );
      expect(await docket.document(announced.documentId)).toMatchObject({
        error: { code: 'upload.expired' },
      });
      expectRefused(on(), await putLate(announced, file), 410, 'upload.expired');
    }, 100_000);
  });
}

function runVisibilitySuite(on: () => EndToEnd): void {
  it('runs are found and counted by their search attributes', async () => {
    const good = await ingest(on(), markdown('indices'));
    const bad = await ingest(on(), { ...markdown('blanks'), bytes: Buffer.from(' \n \n ') });
    const { workflow } = on().temporal;
    const query = (subject: string, state: string): string =>
      `DocketOrg = '${on().orgId}' AND DocketKind = 'documentIngest' AND DocketSubject = '${subject}' AND DocketState = '${state}'`;
    await until('both are visible', async () => {
      const counts = [
        await workflow.count(query(good.id, 'indexed')),
        await workflow.count(`${query(bad.id, 'rejected')} AND DocketError = 'document.empty'`),
      ];
      return counts.every(({ count }) => count === 1);
    });
    const listed: string[] = [];
    for await (const { workflowId } of workflow.list({ query: query(good.id, 'indexed') }))
      listed.push(workflowId);
    expect(listed).toEqual([`document-ingest:${on().orgId}:${good.id}:v1`]);
  });

  it.each([
    ['main', 'TASK_QUEUE_TYPE_WORKFLOW'],
    ['main', 'TASK_QUEUE_TYPE_ACTIVITY'],
    ['parse', 'TASK_QUEUE_TYPE_ACTIVITY'],
    ['model', 'TASK_QUEUE_TYPE_ACTIVITY'],
  ] as const)('the queue %s is polled for %s', async (name, type) => {
    const taskQueueType = type === 'TASK_QUEUE_TYPE_WORKFLOW' ? 1 : 2;
    const description = await on().temporal.workflowService.describeTaskQueue({
      namespace: on().server.namespace,
      taskQueue: { name },
      taskQueueType,
    });
    expect(description.pollers.length).toBeGreaterThan(0);
  });
}

function runWorkerSuite(on: () => EndToEnd): void {
  it('a worker asked to stop in the middle finishes or hands over, ends well, and nothing is lost', async () => {
    const files = Array.from({ length: 12 }, (_, index) => markdown(`handover${index}`));
    const announced = await Promise.all(files.map((file) => on().docket.upload(file)));
    await on().worker.stop();
    on().worker = await on().stack.startWorker();
    const documents = await Promise.all(announced.map(({ documentId }) => ended(on(), documentId)));
    expect(documents.map(({ state }) => state)).toEqual(Array<string>(12).fill('indexed'));
    for (const { id } of documents) {
      expect((await on().docket.history(id)).filter(({ outcome }) => outcome !== 'succeeded')).toEqual([]);
    }
  });

  it('the worker says that it is ready, which build it is, and when it last indexed', async () => {
    const ready = await raw(fetch(`${on().worker.url}/ready`));
    expect(ready).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        buildId: expect.stringMatching(/^[0-9a-f]{12}(-[0-9a-f]{8})?$/),
        lastIndexedAt: expect.any(String),
      },
    });
  });
}
