import { parseTypeId } from '@docket/domain/ids/type-id';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DocketClient } from '../../../tools/client/docket-client.ts';
import { until } from '../../support/until.ts';
import { ended, ingest, markdown, passages, type FullDocument } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';
import { cutOffFromTemporal, runIs, runOf } from '../support/runs.ts';

const WAIT = { prefer: 'wait=20' };

/** Retry, cancel and rerun, as people ask for them. */
export function runRunActionsSuite(on: () => EndToEnd): void {
  const post = <T = Record<string, unknown>>(path: string, body?: unknown, headers = {}) =>
    on().docket.request<T>('POST', path, body, headers);

  let cutOff: Awaited<ReturnType<typeof cutOffFromTemporal>>;
  beforeAll(async () => {
    cutOff = await cutOffFromTemporal(on());
  }, 60_000);
  afterAll(() => cutOff.api.stop(), 60_000);

  describe('a document that ended in index_error', () => {
    let failed: FullDocument;

    beforeAll(async () => {
      await on().worker.stop();
      on().worker = await on().stack.startWorker({ STORAGE_FAILURES_MAX: '1' });
      const mend = on().stack.storage.breakContents();
      try {
        failed = await ingest(on(), markdown('lampwicks'));
      } finally {
        mend();
      }
    }, 90_000);
    afterAll(async () => {
      await on().worker.stop();
      on().worker = await on().stack.startWorker();
    }, 90_000);

    it('is retried once, however many ask at once: one attempt more, one execution more, the same run', async () => {
      expect(failed).toMatchObject({ state: 'index_error', attempts: 1, error: { retryable: true } });
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          index % 2 === 0 ? post(`/v1/documents/${failed.id}/retry`) : post(`/v1/runs/${failed.runId}/retry`),
        ),
      );
      for (const { status, headers, body } of answers) {
        expect({ status, location: headers.get('location') }).toEqual({
          status: 202,
          location: `/v1/documents/${failed.id}`,
        });
        expect(body['runId']).toBe(failed.runId);
      }
      const document = await ended(on(), failed.id);
      expect(document).toMatchObject({ state: 'indexed', error: null, attempts: 2, runId: failed.runId });
      const run = await runOf(on(), failed.runId);
      expect(run).toMatchObject({ state: 'succeeded', error: null, attempts: 2 });
      expect(run.executions).toHaveLength(2);
      for (const { endedAt } of run.executions) expect(endedAt).not.toBeNull();
      const { executions } = await temporalExecutions(on(), run.workflowId);
      expect(executions.toSorted()).toEqual(
        run.executions.map(({ temporalRunId }) => temporalRunId).toSorted(),
      );
    });
  });

  it('a retry that meets the last execution while it is closing begins another when it has closed', async () => {
    const file = markdown('doorstops');
    const { documentId, runId, upload } = await on().docket.announce(file);
    const { workflowId } = await runOf(on(), runId);
    // The rows are told before the execution closes: as it is between these two moments.
    const { database } = on().stack;
    const [id, version] = [parseTypeId('run', runId ?? ''), `state = 'index_error', step = 'receive'`];
    await database.asAdmin(`update document_versions set ${version} where run_id = $1`, [id]);
    await database.asAdmin(`update runs set state = 'cancelled', ended_at = now() where id = $1`, [id]);
    const retried = post(`/v1/runs/${runId}/retry`);
    await until('it is queued again', async () => (await runOf(on(), runId)).attempts === 2);
    await on().temporal.workflow.getHandle(workflowId).terminate('as if it closed by itself');
    expect((await retried).status).toBe(202);
    expect((await temporalExecutions(on(), workflowId)).executions).toHaveLength(2);
    await on().docket.put(upload ?? never(), file.bytes);
    expect(await ended(on(), documentId)).toMatchObject({ state: 'indexed', attempts: 2 });
  });

  it('a retry whose starter died between the row and the start is started by the sweep', async () => {
    const { documentId, runId } = await on().docket.announce(markdown('kettles'));
    await post(`/v1/runs/${runId}/cancel`, undefined, WAIT);
    expect((await ended(on(), documentId)).state).toBe('index_error');
    await cutOff.docket.request('POST', `/v1/documents/${documentId}/retry`);
    expect(await runOf(on(), runId)).toMatchObject({ state: 'queued', attempts: 2 });
    await on().stack.database.asAdmin(
      `update runs set queued_at = now() - interval '1 hour' where state = 'queued' and attempts = 2`,
    );
    await on().temporal.workflow.execute('sweep', {
      workflowId: 'sweep-of-a-retry',
      taskQueue: 'main',
      args: [],
    });
    await until('its second execution waits', async () => {
      const { executions } = await temporalExecutions(on(), (await runOf(on(), runId)).workflowId);
      return executions.length === 2;
    });
    await post(`/v1/runs/${runId}/cancel`, undefined, WAIT);
  });

  describe('cancelling', () => {
    it('a run that waits for its upload ends it, and a retry waits for the same upload again', async () => {
      const file = markdown('mittens');
      const announced = await on().docket.announce(file);
      const cancelled = await post(`/v1/runs/${announced.runId}/cancel`, undefined, WAIT);
      expect(cancelled).toMatchObject({
        status: 200,
        body: { state: 'index_error', error: { code: 'run.cancelled', retryable: true } },
      });
      const put = () => on().docket.put(announced.upload ?? never(), file.bytes);
      // A store knows nothing of runs: what it takes meanwhile is what the retry finds.
      const isTaken = on().stack.storage.kind === 's3';
      if (isTaken) await put();
      else await expect(put()).rejects.toMatchObject({ status: 409, code: 'upload.not_awaited' });
      expect(await runOf(on(), announced.runId)).toMatchObject({ state: 'cancelled' });
      expect((await post(`/v1/runs/${announced.runId}/cancel`)).status).toBe(202);
      expect((await post(`/v1/documents/${announced.documentId}/retry`)).body).toMatchObject({
        state: isTaken ? 'uploaded' : 'awaiting_upload',
      });
      if (!isTaken) await put();
      expect(await ended(on(), announced.documentId)).toMatchObject({ state: 'indexed', attempts: 2 });
    });

    it('a run that nobody has started yet ends it all the same, and nobody starts it later', async () => {
      const { documentId, runId } = await cutOff.docket.announce(markdown('scarves'));
      expect((await runOf(on(), runId)).state).toBe('queued');
      await post(`/v1/runs/${runId}/cancel`);
      const run = await runIs(on(), runId, 'cancelled');
      expect((await on().docket.document(documentId)).error?.code).toBe('run.cancelled');
      expect((await temporalExecutions(on(), run.workflowId)).executions).toHaveLength(1);
    });

    it('a run between two attempts of an activity ends it at once, and a retry skips nothing it still needs', async () => {
      const mend = on().stack.storage.breakContents();
      let upload: Awaited<ReturnType<DocketClient['upload']>>;
      try {
        upload = await on().docket.upload(markdown('gloves'));
        await until('an attempt has failed', async () =>
          (await on().docket.history(upload.documentId)).some(({ outcome }) => outcome === 'retrying'),
        );
        await post(`/v1/runs/${upload.runId}/cancel`);
        await runIs(on(), upload.runId, 'cancelled', 5_000);
      } finally {
        mend();
      }
      const retried = await post(`/v1/runs/${upload.runId}/retry`, undefined, WAIT);
      expect(retried).toMatchObject({ status: 200, body: { state: 'indexed', runId: upload.runId } });
    });

    it('without Temporal changes nothing and says to come back', async () => {
      const { runId } = await on().docket.announce(markdown('hats'));
      await expect(cutOff.docket.request('POST', `/v1/runs/${runId}/cancel`)).rejects.toMatchObject({
        status: 503,
        code: 'service.unavailable',
      });
      expect((await runOf(on(), runId)).state).toBe('queued');
    });
  });

  describe('a rerun of an indexed document', () => {
    it.each(['parse', 'embed', 'index'])(
      'from %s leaves it searchable, with the same passages',
      async (fromStep) => {
        const subject = `violets${fromStep}`;
        const document = await ingest(on(), markdown(subject));
        const before = await passages(on().docket, document.id);
        const { status, body } = await post(`/v1/runs/${document.runId}/rerun`, { fromStep }, WAIT);
        expect({ status, body }).toMatchObject({
          status: 200,
          body: { state: 'indexed', attempts: 2, runId: document.runId, chunkCount: document.chunkCount },
        });
        const after = await passages(on().docket, document.id);
        expect(after.map(({ text }) => text)).toEqual(before.map(({ text }) => text));
        // Answers cite passages by their ids.
        expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
        expect((await on().docket.search(subject)).hits[0]).toMatchObject({ documentId: document.id });
        expect((await runOf(on(), document.runId)).executions).toHaveLength(2);
      },
    );
  });

  describe('what cannot be done is refused, and says what to do instead', () => {
    it('a retry of an indexed, a rejected, a reused and an expired document', async () => {
      const indexed = await ingest(on(), markdown('daisies'));
      const rejected = await ingest(on(), { ...markdown('weeds'), bytes: Buffer.from(' \n \n \n') });
      expect(rejected.state).toBe('rejected');
      for (const { id, runId } of [indexed, rejected]) {
        await expect(post(`/v1/documents/${id}/retry`)).rejects.toMatchObject({
          status: 409,
          code: 'document.not_retryable',
        });
        await expect(post(`/v1/runs/${runId}/retry`)).rejects.toMatchObject({
          status: 409,
          code: 'run.not_retryable',
        });
      }
      await expect(post(`/v1/runs/${rejected.runId}/rerun`, { fromStep: 'parse' })).rejects.toMatchObject({
        status: 409,
        code: 'run.not_rerunnable',
      });
      const reused = await on().docket.upload(markdown('daisies'));
      await expect(post(`/v1/documents/${reused.documentId}/retry`)).rejects.toMatchObject({
        code: 'document.not_retryable',
      });
      await expect(post(`/v1/runs/${indexed.runId}/cancel`)).rejects.toMatchObject({
        status: 409,
        code: 'run.not_cancellable',
      });
    });

    it('a retry of a cancelled upload whose address has run out', async () => {
      const { documentId, runId } = await on().docket.announce(markdown('tulips'));
      await post(`/v1/runs/${runId}/cancel`, undefined, WAIT);
      await on().stack.database.asAdmin(`update uploads set expires_at = now() - interval '1 second'
        where version_id = (select id from document_versions order by created_at desc limit 1)`);
      await expect(post(`/v1/documents/${documentId}/retry`)).rejects.toMatchObject({
        status: 409,
        code: 'document.not_retryable',
      });
    });

    it('a step that is none, a field too many, and no step at all', async () => {
      const { runId } = await ingest(on(), markdown('asters'));
      for (const body of [{ fromStep: 'bake' }, { fromStep: 'parse', more: 1 }, {}]) {
        await expect(post(`/v1/runs/${runId}/rerun`, body)).rejects.toMatchObject({
          status: 400,
          code: 'request.invalid',
        });
      }
    });

    it('ids of another organisation, of another kind and made up', async () => {
      const { id, runId } = await ingest(on(), markdown('orchids'));
      const { docket: stranger } = await on().stack.newOrg(on().api);
      for (const runPath of [`/v1/runs/${runId}`, `/v1/runs/${id}`, '/v1/runs/run_1']) {
        for (const [action, body] of [['retry'], ['cancel'], ['rerun', { fromStep: 'parse' }]] as const) {
          await expect(stranger.request('POST', `${runPath}/${action}`, body)).rejects.toMatchObject({
            status: 404,
            code: 'run.not_found',
          });
        }
      }
      await expect(stranger.request('POST', `/v1/documents/${id}/retry`)).rejects.toMatchObject({
        status: 404,
        code: 'document.not_found',
      });
    });

    it('a retry of a run that is under way is what is happening already', async () => {
      const { documentId, runId } = await on().docket.announce(markdown('poppies'));
      const answer = await post(`/v1/documents/${documentId}/retry`);
      expect({ status: answer.status, body: answer.body }).toMatchObject({
        status: 202,
        body: { state: 'awaiting_upload', runId },
      });
      expect(await runOf(on(), runId)).toMatchObject({ attempts: 1 });
    });
  });
}

/** The executions that Temporal knows under an id, whatever the rows say. */
async function temporalExecutions(
  { temporal }: EndToEnd,
  workflowId: string,
): Promise<{ executions: string[] }> {
  const executions: string[] = [];
  for await (const { runId } of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    executions.push(runId);
  return { executions };
}

function never(): never {
  throw new Error('there is no address to upload to');
}
