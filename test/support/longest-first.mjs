// Not in TypeScript: the package's types are those of its other module format.
import Sequencer from '@jest/test-sequencer';
import { relative } from 'node:path';

/** What takes longest, the longest first; of the rest no file takes half a minute. */
const LONGEST = [
  'test/end-to-end/document-ingest.on-dev-server.test.ts',
  'test/end-to-end/ticket-enrichment.test.ts',
  'libs/adapters/test/parsing/hostile/hostile.test.ts',
  'test/end-to-end/document-ingest.on-test-server.test.ts',
  'test/end-to-end/access-matrix.test.ts',
];

/**
 * Begins with the longest tests. On a fresh clone Jest knows no times and goes by the size of a file: those that only name
 * a suite would come last, and one worker would have nothing to do while the other is at them.
 */
export default class LongestFirst extends Sequencer {
  async sort(tests) {
    return (await super.sort(tests)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ path, context }) {
  const place = LONGEST.indexOf(relative(context.config.rootDir, path));
  return place < 0 ? LONGEST.length : place;
}
