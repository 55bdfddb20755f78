import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DocketClient, FileToUpload } from '../../tools/client/docket-client.ts';
import { generatedDocuments } from '../../tools/client/generated-documents.ts';
import { TemporaryStack } from './temporary-stack.ts';

const MINUTES = 60_000;

describe('the local stack', () => {
  const stack = new TemporaryStack();

  beforeAll(() => stack.up(), 3 * MINUTES);
  afterAll(() => stack.remove(), MINUTES);

  it(
    'finds its documents again after everything was killed at once',
    async () => {
      const [before, after] = generatedDocuments(2, 'killed');
      const indexed = await ingest(stack.client(), before);
      for (const service of ['postgres', 'temporal', 'worker', 'api'] as const) stack.kill(service);
      await stack.up();
      const docket = stack.client();
      expect((await docket.document(indexed)).state).toBe('indexed');
      expect((await docket.search('Article 0 of killed')).hits.map(({ documentId }) => documentId)).toContain(
        indexed,
      );
      await ingest(docket, after);
    },
    5 * MINUTES,
  );

  it.each(['worker', 'temporal', 'postgres', 'api'] as const)(
    'loses and doubles nothing when %s is killed in the middle of 40 documents',
    async (service) => {
      const documents = generatedDocuments(40, `mid-${service}`);
      const docket = stack.client();
      const ids: string[] = [];
      for (const document of documents) {
        ids.push((await docket.upload(document)).documentId);
        if (ids.length === 20 && service === 'worker') stack.kill('worker');
      }
      if (service !== 'worker') stack.kill(service);
      await stack.up();
      const ended = await Promise.all(ids.map((id) => stack.client().untilEnded(id, 2 * MINUTES)));
      expect(ended.map(({ state }) => state)).toEqual(documents.map(() => 'indexed'));
      const chunks = await Promise.all(ids.map((id) => ordinals(stack.client(), id)));
      expect(chunks.every(({ length }, index) => length === ended[index]?.chunkCount)).toBe(true);
    },
    6 * MINUTES,
  );

  it(
    'runs beside another copy of itself, each with its own ports and data',
    async () => {
      const other = new TemporaryStack();
      try {
        await other.up();
        expect(other.client().url).not.toBe(stack.client().url);
        const [document] = generatedDocuments(1, 'other');
        const id = await ingest(other.client(), document);
        await expect(stack.client().document(id)).rejects.toMatchObject({ code: 'document.not_found' });
      } finally {
        await other.remove();
      }
    },
    5 * MINUTES,
  );
});

async function ingest(docket: DocketClient, file: FileToUpload | undefined): Promise<string> {
  if (!file) throw new Error('no document to ingest');
  const { documentId } = await docket.upload(file);
  expect((await docket.untilEnded(documentId, MINUTES)).state).toBe('indexed');
  return documentId;
}

/** Start offsets of all passages; a passage written twice would show. */
async function ordinals(docket: DocketClient, id: string): Promise<number[]> {
  const { body } = await docket.request<{ data: { charStart: number }[] }>(
    'GET',
    `/v1/documents/${id}/chunks?limit=200`,
  );
  return [...new Set(body.data.map(({ charStart }) => charStart))];
}
