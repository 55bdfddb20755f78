import { describe, expect, it } from '@jest/globals';
import { together, worthASecondRun, type JestReport } from '../../../tools/testing/second-run.ts';

const REPO = '/repo';

type Outcome = 'passed' | 'failed' | 'pending' | 'todo';

/** A report of files by path, each with its tests' outcomes; no outcomes at all is a file that could not begin. */
function report(files: Readonly<Record<string, readonly Outcome[]>>): JestReport {
  const outcomes = Object.values(files).flat();
  const count = (wanted: Outcome) => outcomes.filter((outcome) => outcome === wanted).length;
  const testResults = Object.entries(files).map(([path, tests]) => ({
    name: `${REPO}/${path}`,
    status: tests.length === 0 || tests.includes('failed') ? 'failed' : 'passed',
    assertionResults: tests.map((status, index) => ({ status, fullName: `${path} test ${index + 1}` })),
  }));
  return {
    success: testResults.every(({ status }) => status === 'passed'),
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending'),
    numTodoTests: count('todo'),
    numRuntimeErrorTestSuites: Object.values(files).filter((tests) => tests.length === 0).length,
    testResults,
  };
}

describe('a second run', () => {
  it('is for the files with servers in them that failed', () => {
    const failed = report({
      'test/end-to-end/a.test.ts': ['passed', 'failed'],
      'test/workflows/b.test.ts': [],
      'libs/db/test/c.test.ts': ['passed'],
    });
    expect(worthASecondRun(failed, REPO)).toEqual(['test/end-to-end/a.test.ts', 'test/workflows/b.test.ts']);
  });

  it('is not for a test without servers, nor for anything beside one', () => {
    const failed = report({ 'test/long/a.test.ts': ['failed'], 'libs/db/test/c.test.ts': ['failed'] });
    expect(worthASecondRun(failed, REPO)).toEqual([]);
  });

  it('is not for three files at once: that is no accident', () => {
    const files = ['a', 'b', 'c'].map((name) => [`test/end-to-end/${name}.test.ts`, ['failed']] as const);
    expect(worthASecondRun(report(Object.fromEntries(files)), REPO)).toEqual([]);
  });
});

describe('two runs together', () => {
  it('count each test once, and name what passed only the second time', () => {
    const first = report({
      'test/end-to-end/a.test.ts': ['passed', 'failed', 'pending'],
      'test/end-to-end/b.test.ts': [],
      'libs/db/test/c.test.ts': ['passed', 'todo'],
    });
    const second = report({
      'test/end-to-end/a.test.ts': ['passed', 'passed', 'pending'],
      'test/end-to-end/b.test.ts': ['passed', 'passed'],
    });
    expect(together(first, second)).toMatchObject({
      success: true,
      numPassedTests: 5,
      numFailedTests: 0,
      numPendingTests: 1,
      numTodoTests: 1,
      numRuntimeErrorTestSuites: 0,
      unsteady: ['test/end-to-end/a.test.ts test 2', `${REPO}/test/end-to-end/b.test.ts`],
    });
  });

  it('have failed when a test fails both times, be it another one', () => {
    const first = report({
      'test/long/a.test.ts': ['failed', 'passed'],
      'test/long/b.test.ts': ['failed', 'passed'],
    });
    const second = report({
      'test/long/a.test.ts': ['passed', 'failed'],
      'test/long/b.test.ts': ['passed', 'passed'],
    });
    expect(together(first, second)).toMatchObject({
      success: false,
      numPassedTests: 3,
      numFailedTests: 1,
      unsteady: ['test/long/b.test.ts test 1'],
    });
  });
});
