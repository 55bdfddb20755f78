import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { common } from '../../jest.common.ts';
import { TEST_POSTGRES_VARIABLE } from '../../test/support/postgres-setup.ts';
import { stackHome } from '../stack/home.ts';
import { startTemporaryPostgres } from '../stack/temporary-postgres.ts';
import { MUTATION_GROUPS, type MutationPart } from './groups.ts';
import { sumOf, readScore, type Score } from './score.ts';
import { makeWorkCopy } from './work-copy.ts';

/** Of every hundred mistakes put in, so many must turn a test red. */
const LEAST_PERCENT = 80;
/** Of one test, which takes a second or two: a mistake that makes it wait for ever is noticed by then. */
const TEST_TIMEOUT_MS = 10_000;
/**
 * Beyond half as much again as the tests took when nothing was changed: a busy machine is no mutant that hangs. Longer than
 * a test and its cleaning up may wait, so that only a loop without an end is ended by this, and a new process started.
 */
const TIMEOUT_MS = 25_000;

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
  const home = stackHome();
  const stryker = await install(join(home.root, 'mutation'));
  const work = mkdtempSync(join(tmpdir(), 'docket-mutation-'));
  const postgres = await startTemporaryPostgres();
  const environment = {
    ...process.env,
    [TEST_POSTGRES_VARIABLE]: JSON.stringify({ adminUrl: postgres.adminUrl, appUrl: postgres.appUrl }),
    DOCKET_HOME: home.root,
  };
  try {
    makeWorkCopy(home.repo, stryker, work);
    const scores: [string, Score][] = [];
    for (const group of MUTATION_GROUPS) {
      const parts: Score[] = [];
      for (const [index, part] of group.parts.entries()) {
        const name = `${group.name}-${index + 1}`;
        if (!isWanted(group.name) && !isWanted(name)) continue;
        const report = join(stryker, `${name}.json`);
        writeFileSync(
          join(work, 'stryker.config.json'),
          JSON.stringify(configOf(part, work, report), null, 2),
        );
        await run(
          process.execPath,
          [join(stryker, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run'],
          { cwd: work, env: environment },
        );
        parts.push(readScore(readFileSync(report, 'utf8')));
      }
      if (parts.length > 0) scores.push([group.name, sumOf(parts)]);
    }
    if (scores.length === 0) throw new Error(`no group and no part is called ${wanted.join(' or ')}`);
    conclude(scores);
  } finally {
    await postgres.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

/** StrykerJS in a folder of its own, as its lock says: its dependencies disagree with the project's. */
async function install(folder: string): Promise<string> {
  const lock = readFileSync(join(import.meta.dirname, 'package-lock.json'), 'utf8');
  const stamp = join(folder, 'installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return folder;
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    cpSync(join(import.meta.dirname, file), join(folder, file));
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, env: process.env });
  writeFileSync(stamp, lock);
  return folder;
}

function configOf(part: MutationPart, work: string, report: string): object {
  const { mutate, tests } = part;
  return {
    // The copy is there to be changed.
    inPlace: true,
    mutate: [mutate],
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    // A test that runs as a module of its own cannot be asked what it covers.
    coverageAnalysis: 'off',
    concurrency: 1,
    timeoutMS: TIMEOUT_MS,
    reporters: ['clear-text', 'json', 'progress-append-only'],
    clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true },
    jsonReporter: { fileName: report },
    incremental: true,
    incrementalFile: report.replace(/\.json$/, `.${digestOf(part, work)}.incremental.json`),
    jest: {
      projectType: 'custom',
      enableFindRelatedTests: false,
      config: {
        ...common,
        rootDir: work,
        testMatch: [`<rootDir>/${tests}`],
        testEnvironment: '<rootDir>/tools/mutation/first-failure-environment.mjs',
        testTimeout: TEST_TIMEOUT_MS,
        bail: true,
      },
    },
  };
}

/**
 * Names what a run that was interrupted goes on from. Stryker cannot see that a test has changed, and would give what it
 * saw with the tests of before for what is so now.
 */
function digestOf({ mutate, tests }: MutationPart, work: string): string {
  const digest = createHash('sha256');
  for (const file of globSync([mutate, tests], { cwd: work }).toSorted())
    digest.update(`${file}\0`).update(readFileSync(join(work, file)));
  return digest.digest('hex').slice(0, 12);
}

function conclude(scores: readonly [string, Score][]): void {
  for (const [name, { killed, total, percent }] of scores)
    console.log(`${name.padEnd(16)} ${percent.toFixed(1)} %  (${killed} of ${total})`);
  const low = scores.filter(([, { percent }]) => percent < LEAST_PERCENT);
  if (low.length === 0) return;
  console.error(`below ${LEAST_PERCENT} %: ${low.map(([name]) => name).join(', ')}`);
  process.exitCode = 1;
}

async function run(
  command: string,
  parameters: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const child = spawn(command, parameters, { ...options, stdio: 'inherit' });
  await once(child, 'exit');
  if (child.exitCode !== 0)
    throw new Error(`${command} ${parameters.join(' ')} ended with ${String(child.exitCode)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
