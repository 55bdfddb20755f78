import { expect, it } from '@jest/globals';
import { parseHostileFiles } from './parse-hostile-files.ts';

/** The larger ones take minutes together, and each PDF a child of its own: all of them go through the API in the long suite. */
const SMALL_BYTES = 20_000;
const SOME_PDFS = /encrypted|script|truncated|circle|address/u;

it('hostile files of a few kilobytes end typed, and harm nothing around them', async () => {
  const { files, ...report } = await parseHostileFiles(
    ({ name, mediaType, bytes, ends }) =>
      bytes.length < SMALL_BYTES &&
      ends !== 'by a limit' &&
      (mediaType !== 'application/pdf' || SOME_PDFS.test(name)),
  );
  expect(files).toBeGreaterThan(60);
  expect(report).toEqual({ wrong: [], connections: 0, leftBehind: false, nextGoodFile: 'Good' });
}, 240_000);
