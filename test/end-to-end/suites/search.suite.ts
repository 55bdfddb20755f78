import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DocketClient, FileToUpload, SearchAnswer } from '../../../tools/client/docket-client.ts';
import { extractedText, ingest, markdown } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';

type Hit = SearchAnswer['hits'][number];

const RUNS = { numRuns: 40 };
const MODES = ['hybrid', 'lexical', 'vector'] as const;

/** Pages whose characters are of one to four bytes and of one or two code units, combined and not. */
const FILES: FileToUpload[] = [
  markdown('barometers', { collection: 'weather', metadata: { shelf: 'east' } }),
  {
    fileName: 'messung.html',
    mediaType: 'text/html',
    bytes: Buffer.from(
      '<h1>Messung</h1><p>Die Größe der Öffnung misst 3 µm, geprüft 🔧👩‍🔧 an jedem Morgen.</p>',
    ),
    collection: 'workshop',
    metadata: { shelf: 'west' },
  },
  {
    fileName: 'kana.txt',
    mediaType: 'text/plain',
    bytes: Buffer.from(
      '計測の手引き\n\n気圧計は毎朝読み取り、値を帳面に記す。𠮷野家の隣に置く。cafe\u0301 ﬁn',
    ),
    collection: 'workshop',
    metadata: { shelf: 'east' },
  },
];
const WORDS = [
  'barometers',
  'drawer',
  'Größe',
  'µm',
  '🔧',
  '気圧計',
  '帳面',
  '𠮷野家',
  'café',
  'fin',
  'list',
  'evening',
];

/** Anything a client can put into JSON, halves of surrogate pairs among it. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom('\0', '"', "' or 1=1 --", '%', '\\', '{}', '\ud800', 'a'.repeat(8_000), '💥'.repeat(2_000)),
);
const someWords = fc.subarray(WORDS, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));

export function runSearchSuite(on: () => EndToEnd): void {
  describe('a search', () => {
    const own = new Map<string, { file: FileToUpload; text: string }>();
    let docket: DocketClient;
    let twin: DocketClient;
    beforeAll(async () => {
      ({ docket } = await on().stack.newOrg(on().api));
      ({ docket: twin } = await on().stack.newOrg(on().api));
      for (const file of FILES) {
        const { id } = await ingest(on(), file, docket);
        own.set(id, { file, text: await extractedText(docket, id) });
        await ingest(on(), file, twin);
      }
    });

    async function hits(query: string, options: Record<string, unknown> = {}, by = docket): Promise<Hit[]> {
      const answer = await by.request<SearchAnswer>('POST', '/v1/search', { query, limit: 50, ...options });
      expect(answer.status).toBe(200);
      return answer.body.hits;
    }

    it('answers whatever text it is given', async () => {
      await fc.assert(
        fc.asyncProperty(anyText, fc.constantFrom(...MODES), async (query, mode) => {
          expect(Array.isArray(await hits(query, { mode }))).toBe(true);
        }),
        { numRuns: 80 },
      );
    });

    it('tells of each hit where in the stored text it stands, to the character', async () => {
      const found = new Set<string>();
      await fc.assert(
        fc.asyncProperty(someWords, fc.constantFrom(...MODES), async (query, mode) => {
          for (const hit of await hits(query, { mode })) {
            expect(own.get(hit.documentId)?.text.slice(hit.charStart, hit.charEnd)).toBe(hit.text);
            found.add(hit.documentId);
          }
        }),
        RUNS,
      );
      expect(found.size).toBe(FILES.length);
    });

    it('shows nothing that its filter excludes', async () => {
      const filters = fc.record(
        {
          collection: fc.constantFrom('weather', 'workshop'),
          mediaType: fc.constantFrom('text/markdown', 'text/html', 'text/plain'),
          shelf: fc.constantFrom('east', 'west'),
        },
        { requiredKeys: [] },
      );
      await fc.assert(
        fc.asyncProperty(someWords, filters, async (query, { collection, mediaType, shelf }) => {
          const filter = { ...(mediaType ? { mediaType } : {}), ...(shelf ? { metadata: { shelf } } : {}) };
          for (const { documentId } of await hits(query, { filter, ...(collection ? { collection } : {}) })) {
            expect(own.get(documentId)?.file).toMatchObject({
              ...(collection ? { collection } : {}),
              ...(mediaType ? { mediaType } : {}),
              ...(shelf ? { metadata: { shelf } } : {}),
            });
          }
        }),
        RUNS,
      );
    });

    it("of two organisations with the same files finds the same passages, each organisation's own", async () => {
      await fc.assert(
        fc.asyncProperty(someWords, fc.constantFrom(...MODES), async (query, mode) => {
          const mine = await hits(query, { mode });
          const theirs = await hits(query, { mode }, twin);
          // Passages of equal score stand in the order of their ids, which differ.
          expect(theirs.map(({ text }) => text).toSorted()).toEqual(mine.map(({ text }) => text).toSorted());
          expect(mine.filter(({ documentId }) => !own.has(documentId))).toEqual([]);
          expect(theirs.filter(({ documentId }) => own.has(documentId))).toEqual([]);
        }),
        RUNS,
      );
    });
  });
}
