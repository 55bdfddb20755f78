import { expect, it } from '@jest/globals';
import { until } from '../../support/until.ts';
import { ended, ingest, manyPages, markdown } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';

/** Two builds of the worker side by side, as during a release. */
export function runBuildsSuite(on: () => EndToEnd): void {
  it('a new run begins on the promoted build', async () => {
    const { stack } = on();
    const next = await stack.startWorker({ WORKER_BUILD_ID: 'the-next-build' });
    try {
      const later = await ingest(on(), markdown('gazettes'));
      expect(await buildPinned(on(), later.id)).toBe('the-next-build');
      expect(await buildsOf(on(), later.id)).toEqual(['the-next-build']);
    } finally {
      await stack.promote(on().worker);
      await next.stop();
    }
  });

  it('runs of a build whose workers are gone go on with the current one when it takes them over', async () => {
    const { docket, stack } = on();
    const lost = await stack.startWorker({ WORKER_BUILD_ID: 'the-lost-build' });
    const [awaited, read] = [markdown('ledgers'), manyPages('registers')];
    const waiting = await docket.announce(awaited);
    const { documentId: reading } = await docket.upload(read);
    for (const id of [waiting.documentId, reading]) {
      await until('it has begun', async () => (await buildPinned(on(), id)) === 'the-lost-build');
    }
    await until('it is being read', async () => (await docket.document(reading)).state === 'processing');
    await lost.kill();
    if (waiting.upload) await docket.put(waiting.upload, awaited.bytes);
    await stack.promote(on().worker, { takeOver: true });
    const current = await buildOf(on().worker.url);
    for (const id of [waiting.documentId, reading]) {
      expect(await ended(on(), id)).toMatchObject({ state: 'indexed' });
      expect((await buildsOf(on(), id)).at(-1)).toBe(current);
    }
  });
}

async function buildOf(workerUrl: string): Promise<string> {
  const ready = (await (await fetch(`${workerUrl}/ready`)).json()) as { buildId: string };
  return ready.buildId;
}

/** The builds that worked on a document's newest run last, execution by execution. */
async function buildsOf(on: EndToEnd, documentId: string): Promise<string[]> {
  const { runId } = await on.docket.document(documentId);
  const { body } = await on.docket.request<{ executions: { workerBuild: string }[] }>(
    'GET',
    `/v1/runs/${runId ?? ''}`,
  );
  return body.executions.map(({ workerBuild }) => workerBuild);
}

/** The build that Temporal holds the execution of version 1 to; undefined before its first task. */
async function buildPinned(on: EndToEnd, documentId: string): Promise<string | undefined> {
  const { raw } = await on.temporal.workflow
    .getHandle(`document-ingest:${on.orgId}:${documentId}:v1`)
    .describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
}
