// Not in TypeScript: the package's types are those of its other module format.
import Sequencer from '@jest/test-sequencer';
import { relative } from 'node:path';

/** What takes longest. */
const FIRST = [
  'test/end-to-end/document-ingest.on-dev-server.test.ts',
  'libs/adapters/test/parsing/hostile/hostile.test.ts',
];
/** As long, with real processes of its own: beside the first both would wait for each other. */
const HALFWAY = ['test/end-to-end/ticket-enrichment.test.ts'];

/**
 * Begins with the longest tests. On a fresh clone Jest knows no times and goes by the size of a file: one that only names a
 * suite would come last, and one worker would have nothing to do while the other is at it.
 */
export default class LongestFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const [first, halfway] = [FIRST, HALFWAY].map((files) =>
      sorted.filter((test) => files.includes(fileOf(test))),
    );
    const rest = sorted.filter((test) => !first.includes(test) && !halfway.includes(test));
    const half = Math.floor(rest.length / 2);
    return [...first, ...rest.slice(0, half), ...halfway, ...rest.slice(half)];
  }
}

function fileOf({ path, context }) {
  return relative(context.config.rootDir, path);
}
