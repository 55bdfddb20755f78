/**
 * What a failed run of Jest is worth. Tests with real servers in them can fail because the machine stood still for a
 * moment, or because Temporal's test server lost count of its clock. One or two such files are run once more, alone, and
 * what then passes is named in the totals: nothing is hidden, and nobody has to run everything again to learn that it was
 * the machine. A test without servers has no such excuse, and many at once are no accident.
 */

interface TestResult {
  status: string;
  fullName: string;
}

/** One file of tests in the report that Jest writes with `--json`. */
interface FileResult {
  /** An absolute path. */
  name: string;
  status: string;
  assertionResults: TestResult[];
}

/** The part of Jest's report that is read here and by `tools/ci/totals.py`. */
export interface JestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
  testResults: FileResult[];
  /** Tests that failed and passed when their file was run once more. Not Jest's own. */
  unsteady?: string[];
}

const WITH_SERVERS = ['test/end-to-end/', 'test/workflows/', 'test/long/'];
const MOST_FILES = 2;

/**
 * The files, as paths inside `repo`, that are worth a second run; none when the failures are no accident or the run ended
 * for another reason than a failed test.
 */
export function worthASecondRun(report: JestReport, repo: string): string[] {
  const failed = failedFiles(report).map(({ name }) => name.slice(repo.length + 1));
  const isAccident =
    failed.length <= MOST_FILES &&
    failed.every((file) => WITH_SERVERS.some((start) => file.startsWith(start)));
  return isAccident ? failed : [];
}

/** The report of both runs together: the files of the second take the place of those of the first. */
export function together(first: JestReport, second: JestReport): JestReport {
  const again = new Map(second.testResults.map((file) => [file.name, file]));
  const before = first.testResults.filter(({ name }) => again.has(name));
  const passedNow = new Set(second.testResults.filter(isPassed).map(({ name }) => name));
  return {
    ...first,
    success: second.success,
    numPassedTests: first.numPassedTests - count(before, 'passed') + second.numPassedTests,
    numFailedTests: first.numFailedTests - count(before, 'failed') + second.numFailedTests,
    numPendingTests: first.numPendingTests - count(before, 'pending') + second.numPendingTests,
    numTodoTests: first.numTodoTests - count(before, 'todo') + second.numTodoTests,
    numRuntimeErrorTestSuites: second.numRuntimeErrorTestSuites,
    testResults: first.testResults.map((file) => again.get(file.name) ?? file),
    unsteady: before.filter(({ name }) => passedNow.has(name)).flatMap(failuresOf),
  };
}

function failedFiles({ testResults }: JestReport): FileResult[] {
  return testResults.filter((file) => !isPassed(file));
}

function isPassed({ status }: FileResult): boolean {
  return status === 'passed' || status === 'focused';
}

function count(files: readonly FileResult[], status: string): number {
  return files.flatMap(({ assertionResults }) => assertionResults).filter((test) => test.status === status)
    .length;
}

/** A file that could not even begin has no tests that failed: then it is named itself. */
function failuresOf({ name, assertionResults }: FileResult): string[] {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  return failed.length === 0 ? [name] : failed.map(({ fullName }) => fullName);
}
