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
