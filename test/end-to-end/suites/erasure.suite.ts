import { SWEEP } from '@docket/workflows/sweep/contract';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.ts';
import type { ApiProblem } from '../../../tools/client/docket-client.ts';
import { ended, ingest, markdown, type FullDocument, type Page } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';
import {
  erase,
  problemOf,
  receiptOf,
  tracesIn,
  type DeletedAnswer,
  type Receipt,
} from '../support/erasures.ts';

const DELETED = { status: 410, code: 'document.deleted' };

export function runErasureSuite(on: () => EndToEnd): void {
  describe('a document that is deleted', () => {
    const word = 'Dromaeosaurus';
    let document: FullDocument;
    let answer: DeletedAnswer;
    let receipt: Receipt;

    beforeAll(async () => {
      document = await ingest(on(), {
        ...markdown(word),
        title: `The ${word}`,
        externalKey: `key-${word}`,
        sourceUrl: `https://example.com/${word}`,
        metadata: { about: word },
        collection: 'deleted ones',
      });
      const { status, headers, body } = await on().docket.request<DeletedAnswer>(
        'DELETE',
        `/v1/documents/${document.id}`,
      );
      answer = body;
      expect({ status, location: headers.get('location') }).toEqual({
        status: 202,
        location: `/v1/documents/${document.id}`,
      });
      expect(body).toEqual({
        documentId: document.id,
        state: 'deleted',
        runId: expect.stringMatching(/^run_/),
      });
      // From the answer on, whatever the erasure has reached.
      // Other suites' documents have drawers, too.
      const { hits } = await on().docket.search(`in which drawer is the ${word}`);
      expect(hits.filter(({ text }) => text.includes(word))).toEqual([]);
      receipt = await receiptOf(on(), body.runId);
    }, 90_000);

    it('answers with what is left of it, and nothing that was in it', async () => {
      expect((await on().docket.request('GET', `/v1/documents/${document.id}`)).body).toEqual({
        id: document.id,
        state: 'deleted',
        collection: document.collection,
        version: 1,
        createdAt: document.createdAt,
        deletedAt: expect.any(String),
        runId: answer.runId,
      });
    });

    it('leaves none of its words in any row and any object, by content or by name', async () => {
      expect(await tracesIn(on(), word)).toEqual([]);
      expect(await tracesIn(on(), word.toLowerCase())).toEqual([]);
    });

    it('has a receipt that counts what went', async () => {
      expect(receipt).toMatchObject({
        requestedBy: expect.stringMatching(/^key_/),
        removed: {
          versions: 1,
          uploads: 1,
          contents: 1,
          chunks: document.chunkCount,
          vectors: document.chunkCount,
          lexicalRows: document.chunkCount,
          replies: 0,
          citations: 0,
          modelOutputs: 0,
          objects: 2,
        },
        kept: { contents: 0 },
      });
      expect(receipt.removed['executions'] ?? 0).toBe(1 - receipt.kept.executions);
    });

    it.each([
      ['GET', '/chunks'],
      ['GET', '/content'],
      ['GET', '/versions'],
      ['POST', '/uploaded'],
      ['POST', '/retry'],
      ['PATCH', ''],
    ])('refuses %s %s as deleted', async (method, path) => {
      const body = method === 'PATCH' ? { title: 'Back again' } : undefined;
      expect(await problemOf(on(), method, `/v1/documents/${document.id}${path}`, body)).toEqual(DELETED);
    });

    it('is listed only where deleted ones are asked for', async () => {
      const list = async (query: string): Promise<string[]> => {
        const { body } = await on().docket.request<Page<FullDocument>>(
          'GET',
          `/v1/documents?limit=200${query}`,
        );
        return body.data.map(({ id }) => id);
      };
      expect(await list('')).not.toContain(document.id);
      expect(await list('&state=indexed')).not.toContain(document.id);
      expect(await list('&state=deleted')).toContain(document.id);
    });

    it('is deleted once, however often it is asked for', async () => {
      const again = await on().docket.request<DeletedAnswer>('DELETE', `/v1/documents/${document.id}`);
      expect(again.body).toEqual(answer);
      const { body } = await on().docket.request<Page<{ id: string }>>(
        'GET',
        `/v1/runs?kind=documentErasure&subject=${document.id}`,
      );
      expect(body.data.map(({ id }) => id)).toEqual([answer.runId]);
    });

    it('has the history of its erasure', async () => {
      const history = await on().docket.history(document.id);
      expect(new Set(history.map(({ step }) => step))).toEqual(
        new Set(['supersede', 'rows', 'objects', 'executions', 'receipt']),
      );
    });

    it('leaves its external key and its bytes to a new document', async () => {
      const next = await ingest(on(), {
        ...markdown(word),
        externalKey: `key-${word}`,
        collection: 'deleted ones',
      });
      expect(next).toMatchObject({ state: 'indexed', version: 1 });
      expect(next.id).not.toBe(document.id);
      await erase(on(), next.id);
    });

    it('keeps its collection from being deleted no longer', async () => {
      expect((await on().docket.request('DELETE', `/v1/collections/${document.collection}`)).status).toBe(
        204,
      );
      expect((await on().docket.request('GET', `/v1/documents/${document.id}`)).body).toMatchObject({
        state: 'deleted',
        collection: null,
      });
    });
  });

  it('a document deleted while its upload is awaited takes none, and its run is ended', async () => {
    const file = markdown('Hypsilophodon');
    const announced = await on().docket.announce(file);
    await erase(on(), announced.documentId);
    const put = await fetch(announced.upload?.url ?? '', {
      method: 'PUT',
      headers: announced.upload?.headers ?? {},
      body: Uint8Array.from(file.bytes),
    });
    // A store takes what its address allows; nobody reads it, and it goes when the address is no good any more.
    const isTaken = on().stack.storage.kind === 's3';
    expect(isTaken ? [200] : [404, 410]).toContain(put.status);
    if (isTaken) await lookAgainAfterwards(on());
    const { body } = await on().docket.request('GET', `/v1/runs/${announced.runId}`);
    expect(body).toMatchObject({ state: 'cancelled', error: { code: 'document.deleted' } });
    expect(await tracesIn(on(), 'Hypsilophodon')).toEqual([]);
  });

  it('what another document uses of the same bytes stays, and is found through it', async () => {
    const file = markdown('Maiasaura');
    const first = await ingest(on(), file);
    const second = await on().docket.announce({ ...file, title: 'The other' });
    const receipt = await erase(on(), first.id);
    expect(receipt).toMatchObject({ removed: { contents: 0, chunks: 0, objects: 0 }, kept: { contents: 1 } });
    const { hits } = await on().docket.search('in which drawer is the Maiasaura');
    const found = hits.filter(({ text }) => text.includes('Maiasaura'));
    expect(new Set(found.map(({ documentId }) => documentId))).toEqual(new Set([second.documentId]));
  });

  it('a document deleted while others bring the same bytes leaves them indexed', async () => {
    const file = markdown('Pachycephalosaurus');
    const racing = await Promise.all([1, 2, 3, 4].map(() => on().docket.upload(file)));
    const [gone, ...others] = racing.map(({ documentId }) => documentId);
    await erase(on(), gone ?? '');
    const documents = await Promise.all(others.map((id) => ended(on(), id)));
    expect(documents.map(({ state }) => state)).toEqual(Array<string>(3).fill('indexed'));
    const { hits } = await on().docket.search('in which drawer is the Pachycephalosaurus');
    expect(hits.length).toBeGreaterThan(0);
    expect(hits.every((hit) => hit.documentId !== gone)).toBe(true);
  });

  it('storage that is away is waited for, and the receipt comes when it is back', async () => {
    const document = await ingest(on(), markdown('Camarasaurus'));
    const mend = on().stack.storage.breakContents();
    try {
      const { body } = await on().docket.request<DeletedAnswer>('DELETE', `/v1/documents/${document.id}`);
      await until('the run says that it waits', async () => {
        await on().server.letPass(250);
        const run = await on().docket.request<{ state: string; step: string }>(
          'GET',
          `/v1/runs/${body.runId}`,
        );
        return run.body.state === 'waiting' && run.body.step === 'objects';
      });
      mend();
      expect(await receiptOf(on(), body.runId)).toMatchObject({ removed: { objects: 2 } });
    } catch (error) {
      mend();
      throw error;
    }
  });

  describe('as another organisation', () => {
    it('a document can be neither deleted nor changed nor told from one that does not exist', async () => {
      const document = await ingest(on(), markdown('Plateosaurus'));
      const { docket } = await on().stack.newOrg(on().api);
      const unknown = { status: 404, code: 'document.not_found' };
      const as = async (method: string, path: string, body?: unknown): Promise<unknown> => {
        const { status, code } = await docket.request(method, path, body).then(
          () => ({ status: 200, code: 'none' }),
          (error: unknown) => error as ApiProblem,
        );
        return { status, code };
      };
      for (const id of [document.id, 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng']) {
        expect(await as('DELETE', `/v1/documents/${id}`)).toEqual(unknown);
        expect(await as('PATCH', `/v1/documents/${id}`, { title: 'Mine' })).toEqual(unknown);
      }
      expect(await on().docket.document(document.id)).toMatchObject({
        state: 'indexed',
        title: document.title,
      });
      await on().docket.request('DELETE', `/v1/documents/${document.id}`);
      expect(await as('DELETE', `/v1/documents/${document.id}`)).toEqual(unknown);
      expect(await as('GET', `/v1/documents/${document.id}`)).toEqual(unknown);
    });
  });

  describe('metadata that is changed', () => {
    it('is found at once, and nothing is processed again', async () => {
      const document = await ingest(on(), { ...markdown('Saltasaurus'), metadata: { shelf: 'north' } });
      const path = `/v1/documents/${document.id}`;
      const change = { title: 'Renamed', sourceUrl: null, metadata: { shelf: 'south' }, collection: 'moved' };
      const { body } = await on().docket.request<FullDocument>('PATCH', path, change);
      expect(body).toMatchObject({
        title: 'Renamed',
        sourceUrl: null,
        metadata: { shelf: 'south' },
        collectionName: 'moved',
        chunkCount: document.chunkCount,
        runId: document.runId,
      });
      const find = (shelf: string) =>
        on().docket.search('drawer of the Saltasaurus', {
          filter: { metadata: { shelf }, documentIds: [document.id] },
        });
      expect((await find('north')).hits).toEqual([]);
      expect((await find('south')).hits[0]).toMatchObject({ documentId: document.id, title: 'Renamed' });
    });

    it('is checked as at intake, and changes nothing of what is not named', async () => {
      const document = await ingest(on(), {
        ...markdown('Titanosaurus'),
        title: 'Kept',
        externalKey: 'the key',
      });
      const path = `/v1/documents/${document.id}`;
      for (const wrong of [{ metadata: { a: 1 } }, { sourceUrl: 'ftp://x' }, { title: 7 }, { colour: 'red' }])
        expect(await problemOf(on(), 'PATCH', path, wrong)).toEqual({ status: 400, code: 'request.invalid' });
      await on().docket.request('PATCH', path, { metadata: { b: 'c' } });
      expect(await on().docket.document(document.id)).toMatchObject({
        title: 'Kept',
        externalKey: 'the key',
        metadata: { b: 'c' },
      });
      const other = await ingest(on(), {
        ...markdown('Ankylosaurus'),
        externalKey: 'the key',
        collection: 'elsewhere',
      });
      expect(await problemOf(on(), 'PATCH', path, { collection: 'elsewhere' })).toEqual({
        status: 409,
        code: 'document.external_key_taken',
      });
      expect(await problemOf(on(), 'DELETE', `/v1/collections/${other.collection}`)).toEqual({
        status: 409,
        code: 'collection.not_empty',
      });
    });
  });
}

/** Lets the time come in which late uploads of what was erased are looked for. */
async function lookAgainAfterwards(on: EndToEnd): Promise<void> {
  await on.stack.database.asAdmin('update object_deletions set due_at = now() where is_late');
  await on.temporal.workflow.execute(SWEEP, {
    workflowId: `${SWEEP}-after-an-erasure`,
    taskQueue: 'main',
    args: [],
  });
}
