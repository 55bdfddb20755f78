import { expect, it } from '@jest/globals';
import { parsePdf } from '../../src/parsing/pdf-parser.js';
import { manyPages, wordOf } from '../../../../test/support/hostile/pdf-files.ts';

it('a book of 500 pages is read whole, each passage under the page that it stands on', async () => {
  const { text, blocks, pageCount } = await parsePdf(manyPages(500));
  expect(pageCount).toBe(500);
  const entries = blocks.map(({ start, end, page }) => [page, text.slice(start, end)]);
  expect(entries).toEqual(
    Array.from({ length: 500 }, (_, index) => [
      index + 1,
      `The keeper wrote ${wordOf(index + 1)} into the book of the lighthouse.`,
    ]),
  );
}, 60_000);
