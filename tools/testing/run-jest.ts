import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { together, worthASecondRun, type JestReport } from './second-run.ts';

interface JestRun {
  /** The project's folder. */
  repo: string;
  args: readonly string[];
  environment?: Readonly<Record<string, string>> | undefined;
  /** Where the report is to be left; nowhere unless told. */
  report?: string | undefined;
}

/** Runs Jest, and files with servers in them a second time where that is worth it. Says whether all is well. */
export function runJest(run: JestRun): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'docket-jest-'));
  try {
    const result = runTwiceAtMost(run, folder);
    if (result === null) return false;
    if (run.report !== undefined) writeFileSync(run.report, JSON.stringify(result));
    for (const test of result.unsteady ?? []) console.log(`unsteady, passed only the second time: ${test}`);
    return result.success;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runTwiceAtMost(run: JestRun, folder: string): JestReport | null {
  const first = runOnce(run, [], join(folder, 'first.json'));
  const files = first === null ? [] : worthASecondRun(first, run.repo);
  if (first === null || files.length === 0) return first;
  console.log(`once more, alone: ${files.join(', ')}`);
  const second = runOnce(run, ['--runInBand', '--runTestsByPath', ...files], join(folder, 'second.json'));
  return second === null ? first : together(first, second);
}

function runOnce(
  { repo, args, environment = {} }: JestRun,
  more: readonly string[],
  output: string,
): JestReport | null {
  spawnSync('jest', [...args, ...more, '--json', `--outputFile=${output}`], {
    cwd: repo,
    // Its JSON goes to the file; what a person reads goes to the error stream.
    stdio: ['inherit', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  });
  return readReport(output);
}

/** Null when Jest ended before it could write one. */
function readReport(path: string): JestReport | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JestReport;
  } catch {
    return null;
  }
}
