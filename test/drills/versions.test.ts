import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ApiProblem,
  type DocketClient,
  type FileToUpload,
  type UploadAnswer,
} from '../../tools/client/docket-client.ts';
import { markdown, type Page } from '../end-to-end/support/documents.ts';
import { devServer, EndToEnd } from '../end-to-end/support/environment.ts';
import { until } from '../support/until.ts';

const MINUTES = 60_000;
const VERSIONS = 100;

interface Version {
  version: number;
  state: string;
}

describe('versions of one external key that race', () => {
  let on: EndToEnd;
  beforeAll(async () => {
    on = await EndToEnd.open(devServer);
  }, 2 * MINUTES);
  afterAll(() => on.close(), 2 * MINUTES);

  it(
    `${VERSIONS} in a second: numbered without a gap, all end, and only the newest is searched`,
    async () => {
      const answers = await Promise.all(
        Array.from({ length: VERSIONS }, (_, index) => bring(on.docket, version('raced', index))),
      );
      expect(new Set(answers.map(({ documentId }) => documentId)).size).toBe(1);
      const numbers = answers.map(({ version: number }) => number).toSorted((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: VERSIONS }, (_, index) => index + 1));

      const documentId = answers[0]?.documentId ?? '';
      await until(
        'all have ended',
        async () => (await versionsOf(on.docket, documentId)).every(isIndexed),
        3 * MINUTES,
      );
      const newest = answers.findIndex(({ version: number }) => number === VERSIONS);
      await onlyIsFound(documentId, `raced${newest}`);
    },
    5 * MINUTES,
  );

  it(
    'two that end in the other order: the newer stays, whatever ends after it',
    async () => {
      const [older, newer] = [version('swapped', 0), version('swapped', 1)];
      const announced = await on.docket.announce(older);
      const { documentId } = await on.docket.upload(newer);
      expect(documentId).toBe(announced.documentId);
      await until('the newer is searchable', async () =>
        (await versionsOf(on.docket, documentId)).some(
          ({ version: number, state }) => number === 2 && state === 'indexed',
        ),
      );
      if (!announced.upload) throw new Error('there is no address to upload to');
      await on.docket.put(announced.upload, older.bytes);
      await until('the older has ended', async () =>
        (await versionsOf(on.docket, documentId)).every(isIndexed),
      );
      expect(await on.docket.document(documentId)).toMatchObject({ version: 2, state: 'indexed' });
      await onlyIsFound(documentId, 'swapped1');
    },
    2 * MINUTES,
  );

  /** Whether a search of the document shows passages, all of them with this word in it. */
  async function onlyIsFound(documentId: string, word: string): Promise<void> {
    const { hits } = await on.docket.search('which drawer is it in', {
      filter: { documentIds: [documentId] },
      limit: 50,
    });
    expect(hits.length).toBeGreaterThan(0);
    expect(hits.filter(({ text }) => !new RegExp(`\\b${word}\\b`).test(text))).toEqual([]);
  }
});

function version(subject: string, index: number): FileToUpload {
  return markdown(`${subject}${index}`, { externalKey: `key-of-${subject}`, fileName: `${subject}.md` });
}

/** As a client does that is told to come back: all of them wait for one row, and the last ones may wait too long. */
async function bring(docket: DocketClient, file: FileToUpload): Promise<UploadAnswer> {
  const announced = await patiently(() => docket.announce(file));
  const { upload } = announced;
  if (upload) await patiently(() => docket.put(upload, file.bytes));
  return announced;
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 503)) throw error;
    }
  }
}

async function versionsOf(docket: DocketClient, documentId: string): Promise<Version[]> {
  const { body } = await docket.request<Page<Version>>(
    'GET',
    `/v1/documents/${documentId}/versions?limit=200`,
  );
  return body.data;
}

function isIndexed({ state }: Version): boolean {
  return state === 'indexed';
}
