/**
 * `node tools/test-full/main.ts [arguments for Jest]` runs the tests that take minutes or need more than the pinned
 * wheels. What cannot run on this machine is listed and counted at the end.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { NEEDS_S3 } from '../../jest.common.ts';
import { stackHome, type StackHome } from '../stack/home.ts';
import { provideVersitygw } from './versitygw.ts';

interface Part {
  /** The Jest project. */
  project: string;
  files: string[];
  /** Makes sure of what it needs; says why it cannot when it cannot. */
  prepare: (home: StackHome) => string | null;
}

const PARTS: readonly Part[] = [
  { project: 'long', files: ['test/long/**/*.test.ts'], prepare: () => null },
  {
    project: 's3',
    files: NEEDS_S3.map((start) => `${start.replace('<rootDir>/', '')}*.test.ts`),
    prepare: provideVersitygw,
  },
];

function main(args: readonly string[]): number {
  const home = stackHome();
  const parts = PARTS.map((part) => ({ ...part, obstacle: part.prepare(home) }));
  const runnable = parts.filter(({ obstacle }) => obstacle === null).map(({ project }) => project);
  const { status } = spawnSync(
    'jest',
    ['--config', 'jest.full.config.ts', '--selectProjects', ...runnable, ...args],
    { cwd: home.repo, stdio: 'inherit' },
  );
  for (const { project, files, obstacle } of parts) {
    if (obstacle === null) continue;
    const count = globSync(files, { cwd: home.repo }).length;
    console.log(`could not run: ${project}, ${count} files of tests: ${obstacle}`);
  }
  console.log(`test-full: ${runnable.length} of ${parts.length} parts ran`);
  return status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
