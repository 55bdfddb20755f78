import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stackHome } from '../../../tools/stack/home.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const newFolder = temporaryFolders();
const SCRIPT = join(stackHome().repo, 'tools/ci/totals.py');

const NOTHING = {
  numPassedTests: 0,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 0,
  numTodoTests: 0,
};

function totals(
  reports: readonly (Partial<typeof NOTHING> & { unsteady?: string[] })[],
  more: readonly string[] = [],
) {
  const folder = newFolder();
  const paths = reports.map((report, index) => {
    const path = join(folder, `${index}.json`);
    writeFileSync(path, JSON.stringify({ ...NOTHING, ...report }));
    return path;
  });
  const { status, stdout } = spawnSync('python3', [SCRIPT, ...paths, ...more], { encoding: 'utf8' });
  return { status, line: stdout.trim() };
}

describe('the totals of a run', () => {
  it('are the sums of all reports', () => {
    const reports = [
      { numPassedTests: 3, numPendingTests: 1 },
      { numPassedTests: 40, numTodoTests: 5 },
    ];
    expect(totals(reports)).toEqual({ status: 0, line: '43 passed, 0 failed, 6 skipped' });
  });

  it('name what passed only the second time', () => {
    const reports = [{ numPassedTests: 3, unsteady: ['a race'] }];
    expect(totals(reports)).toEqual({
      status: 0,
      line: 'unsteady, passed only the second time: a race\n3 passed, 0 failed, 0 skipped',
    });
  });

  it('fail with one failed test in any report', () => {
    const reports = [{ numPassedTests: 3 }, { numPassedTests: 4, numFailedTests: 1 }, { numPassedTests: 5 }];
    expect(totals(reports)).toEqual({ status: 1, line: '12 passed, 1 failed, 0 skipped' });
  });

  it('fail with a file that could not even be loaded, which Jest does not count as a test', () => {
    const reports = [{ numPassedTests: 3, numRuntimeErrorTestSuites: 2 }];
    expect(totals(reports)).toEqual({ status: 1, line: '3 passed, 2 failed, 0 skipped' });
  });

  it('fail when no test ran: without reports, with empty ones, with nothing but skipped tests', () => {
    const none = { status: 1, line: '0 passed, 0 failed, 0 skipped' };
    expect(totals([])).toEqual(none);
    expect(totals([{}, {}])).toEqual(none);
    expect(totals([], ['/nowhere/reports/*.json'])).toEqual(none);
    expect(totals([{ numPendingTests: 9 }]).status).toBe(1);
  });

  it('fail when a report that was named is missing', () => {
    expect(totals([{ numPassedTests: 3 }], ['/nowhere/report.json']).status).not.toBe(0);
  });
});
