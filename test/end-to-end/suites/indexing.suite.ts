import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import { readSample, shapeOf } from '../../workflows/support/samples.ts';
import {
  ended,
  extractedText,
  ingest,
  markdown,
  passages,
  sha256,
  type FullDocument,
} from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';

interface RunAnswer {
  id: string;
  kind: string;
  subject: string;
  state: string;
  result: unknown;
  error: unknown;
  workflowId: string;
  executions: { temporalRunId: string; workerBuild: string; startedAt: string; endedAt: string | null }[];
}

/** A hang shows as seconds somewhere; real work on 3 kB is milliseconds. */
const HANG_MS = 10_000;

export function runIndexingSuite(on: () => EndToEnd): void {
  describe('a document put to its presigned address', () => {
    const file = markdown('lanterns', {
      title: 'Lanterns',
      collection: 'harbour',
      sourceUrl: 'https://example.com/lanterns',
      externalKey: 'lanterns-1',
      metadata: { shelf: 'north' },
    });
    let document: FullDocument;

    it('is indexed, and says everything of itself that the contract names', async () => {
      document = await ingest(on(), file);
      expect(document).toMatchObject({
        id: expect.stringMatching(/^doc_[0-9a-z]{26}$/),
        title: 'Lanterns',
        collection: expect.stringMatching(/^col_/),
        state: 'indexed',
        step: null,
        error: null,
        version: 1,
        mediaType: 'text/markdown',
        sizeBytes: file.bytes.length,
        sha256: sha256(file.bytes),
        language: 'en',
        sourceUrl: 'https://example.com/lanterns',
        externalKey: 'lanterns-1',
        metadata: { shelf: 'north' },
        pageCount: null,
        attempts: 1,
        runId: expect.stringMatching(/^run_/),
      });
      expect(document.chunkCount).toBeGreaterThan(0);
      expect(Date.parse(document.indexedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(document.createdAt));
    });

    it('took no longer in any step than 3 kB can take', () => {
      expect(Object.keys(document.timings).sort()).toEqual([
        'chunkMs',
        'embedMs',
        'indexMs',
        'parseMs',
        'receiveMs',
        'verifyMs',
      ]);
      for (const [step, took] of Object.entries(document.timings)) {
        expect({ step, inTime: took >= 0 && took < HANG_MS }).toEqual({ step, inTime: true });
      }
    });

    it('is cut into passages that cover its text and are found in it by their offsets', async () => {
      const text = await extractedText(on().docket, document.id);
      const chunks = await passages(on().docket, document.id);
      expect(chunks).toHaveLength(document.chunkCount);
      for (const chunk of chunks) {
        expect(text.slice(chunk.charStart, chunk.charEnd)).toBe(chunk.text);
        expect(chunk).toMatchObject({ id: expect.stringMatching(/^chk_/), page: null });
        expect(chunk.tokenCount).toBeGreaterThan(0);
      }
      expect(uncovered(text, chunks).trim()).toBe('');
      expect(chunks.some(({ sectionPath }) => sectionPath.includes('lanterns part 3'))).toBe(true);
    });

    it('is found by a search, with its passage', async () => {
      const { hits, embedding } = await on().docket.search('in which drawer are the lanterns of part 3', {
        limit: 3,
      });
      expect(hits[0]).toMatchObject({ documentId: document.id, title: 'Lanterns' });
      expect(hits.some(({ text }) => text.includes('drawer 17'))).toBe(true);
      expect(embedding.provider).toBe('hashed');
    });

    it('has a history that names every step once, in order', async () => {
      const history = await on().docket.history(document.id);
      expect(history.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual(
        ['receive', 'verify', 'parse', 'chunk', 'embed', 'index'].map((step) => `${step} succeeded`),
      );
    });

    it('has a run that succeeded, with its one execution', async () => {
      const run = await runOf(on(), document);
      expect(run).toMatchObject({
        id: document.runId,
        kind: 'documentIngest',
        subject: document.id,
        state: 'succeeded',
        error: null,
        result: { chunkCount: document.chunkCount, reused: false },
        workflowId: `document-ingest:${on().orgId}:${document.id}:v1`,
      });
      expect(run.executions).toEqual([
        {
          temporalRunId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          workerBuild: expect.stringMatching(/^[0-9a-f]{12}(-[0-9a-f]{8})?$/),
          startedAt: expect.any(String),
          endedAt: expect.any(String),
        },
      ]);
    });

    it('is described by Temporal with its id, search attributes and summary', async () => {
      const run = await runOf(on(), document);
      const description = await on().temporal.workflow.getHandle(run.workflowId).describe();
      expect(description).toMatchObject({
        type: 'documentIngest',
        runId: run.executions[0]?.temporalRunId,
        status: { name: 'COMPLETED' },
        searchAttributes: {
          DocketOrg: [on().orgId],
          DocketKind: ['documentIngest'],
          DocketSubject: [document.id],
          DocketState: ['indexed'],
        },
      });
      expect(await summaryOf(on(), run.workflowId)).toBe(`${document.id} v1`);
    });

    it('was started, told and answered with messages of the released shape', async () => {
      const run = await runOf(on(), document);
      const { events } = await on().temporal.workflow.getHandle(run.workflowId).fetchHistory();
      const sent = (events ?? []).flatMap((event) => [
        ...(event.workflowExecutionStartedEventAttributes?.input?.payloads ?? []),
        ...(event.workflowExecutionSignaledEventAttributes?.input?.payloads ?? []),
        ...(event.workflowExecutionCompletedEventAttributes?.result?.payloads ?? []),
      ]);
      const shapes = sent.map((payload) => shapeOf(defaultPayloadConverter.fromPayload<object>(payload)));
      expect(shapes).toEqual(
        ['input', 'signal', 'result'].map((message): unknown =>
          expect.objectContaining(shapeOf(readSample(`document-ingest/v1/${message}`))),
        ),
      );
    });
  });

  describe('bytes that are indexed already', () => {
    const file = markdown('anchors');

    it('are answered at once as a second document, without an upload or a run', async () => {
      const first = await ingest(on(), file);
      const again = await on().docket.announce({ ...file, title: 'Anchors again' });
      expect(again).toMatchObject({
        reused: true,
        upload: null,
        uploadId: null,
        runId: null,
        state: 'indexed',
      });
      expect(again.documentId).not.toBe(first.id);
      expect(await on().docket.document(again.documentId)).toMatchObject({
        state: 'indexed',
        chunkCount: first.chunkCount,
      });
      const [hit] = (await on().docket.search('drawer of the anchors', { limit: 1 })).hits;
      expect([hit?.documentId, ...((hit as { alsoIn?: string[] } | undefined)?.alsoIn ?? [])].sort()).toEqual(
        [first.id, again.documentId].sort(),
      );
    });

    it('are parsed once, however many uploads race', async () => {
      const racing = markdown('buoys');
      const answers = await Promise.all([1, 2, 3, 4].map(() => on().docket.upload(racing)));
      const documents = await Promise.all(answers.map(({ documentId }) => ended(on(), documentId)));
      expect(documents.map(({ state }) => state)).toEqual(Array<string>(4).fill('indexed'));
      const rows = await on().stack.database.asAdmin('select id from contents where sha256 = $1', [
        Buffer.from(sha256(racing.bytes), 'hex'),
      ]);
      expect(rows).toHaveLength(1);
    });
  });

  it('a new version of an external key replaces the old one only when it is indexed', async () => {
    const { docket } = on();
    const old = await ingest(on(), markdown('compasses', { externalKey: 'instrument' }));
    const next = markdown('sextants', { externalKey: 'instrument' });
    const announced = await docket.announce(next);
    expect(announced).toMatchObject({ documentId: old.id, version: 2, state: 'awaiting_upload' });
    const before = await docket.search('drawer of the compasses', { filter: { documentIds: [old.id] } });
    expect(before.hits[0]?.text).toContain('compasses');
    if (announced.upload) await docket.put(announced.upload, next.bytes);
    expect(await ended(on(), old.id)).toMatchObject({ state: 'indexed', version: 2 });
    const after = await docket.search('drawer of the compasses', { filter: { documentIds: [old.id] } });
    expect(after.hits.every(({ text }) => !text.includes('compasses'))).toBe(true);
    expect((await passages(docket, old.id)).every(({ text }) => !text.includes('compasses'))).toBe(true);
  });
}

async function runOf({ docket }: EndToEnd, document: FullDocument): Promise<RunAnswer> {
  return (await docket.request<RunAnswer>('GET', `/v1/runs/${document.runId}`)).body;
}

async function summaryOf({ temporal }: EndToEnd, workflowId: string): Promise<unknown> {
  const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
  const summary = events?.[0]?.userMetadata?.summary;
  return summary ? defaultPayloadConverter.fromPayload(summary) : null;
}

/** What of the text lies in no passage. */
function uncovered(text: string, chunks: readonly { charStart: number; charEnd: number }[]): string {
  let rest = '';
  let end = 0;
  for (const { charStart, charEnd } of [...chunks].sort((a, b) => a.charStart - b.charStart)) {
    rest += text.slice(end, Math.max(end, charStart));
    end = Math.max(end, charEnd);
  }
  return rest + text.slice(end);
}
