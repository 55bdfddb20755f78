/**
 * `node tools/test-full/main.ts [REPORT]` runs the tests that take minutes or need more than the pinned wheels. Each
 * part leaves a JSON report of Jest beside REPORT, if one is named. What cannot run on this machine is listed and
 * counted at the end.
 */
import { globSync } from 'node:fs';
import {
  NEEDS_COLLECTOR,
  NEEDS_PROMETHEUS,
  NEEDS_PROMTOOL,
  NEEDS_REDIS,
  NEEDS_S3,
  STORAGE_VARIABLE,
} from '../../jest.common.ts';
import { stackHome, type StackHome } from '../stack/home.ts';
import { runJest } from '../testing/run-jest.ts';
import { provideCollector } from './collector.ts';
import { providePrometheus } from './prometheus.ts';
import { providePromtool } from './promtool.ts';
import { provideRedis } from './redis.ts';
import { provideVersitygw } from './versitygw.ts';

interface Part {
  name: string;
  /** The Jest project in that configuration, and where its tests are. */
  config: string;
  project: string;
  files: string[];
  /** Variables that tell its tests what they run on. */
  environment?: Readonly<Record<string, string>>;
  /** Makes sure of what it needs; says why it cannot when it cannot. */
  prepare: (home: StackHome) => string | null;
}

const PARTS: readonly Part[] = [
  {
    name: 'long',
    config: 'jest.full.config.ts',
    project: 'long',
    files: ['test/long/**/*.test.ts'],
    prepare: () => null,
  },
  {
    name: 's3',
    config: 'jest.full.config.ts',
    project: 's3',
    files: NEEDS_S3.map((start) => `${start.replace('<rootDir>/', '')}*.test.ts`),
    prepare: provideVersitygw,
  },
  {
    // The same tests as in `make test`, with objects in a bucket instead of a folder.
    name: 'end-to-end-on-s3',
    config: 'jest.config.ts',
    project: 'end-to-end',
    files: ['test/end-to-end/**/*.test.ts'],
    environment: { [STORAGE_VARIABLE]: 's3' },
    prepare: provideVersitygw,
  },
  {
    name: 'redis',
    config: 'jest.full.config.ts',
    project: 'redis',
    files: NEEDS_REDIS.map((start) => `${start.replace('<rootDir>/', '')}*.test.ts`),
    prepare: provideRedis,
  },
  {
    name: 'promtool',
    config: 'jest.full.config.ts',
    project: 'promtool',
    files: NEEDS_PROMTOOL.map((start) => `${start.replace('<rootDir>/', '')}*.test.ts`),
    prepare: providePromtool,
  },
  {
    name: 'prometheus',
    config: 'jest.full.config.ts',
    project: 'prometheus',
    files: NEEDS_PROMETHEUS.map((start) => `${start.replace('<rootDir>/', '')}*.test.ts`),
    prepare: providePrometheus,
  },
  {
    name: 'collector',
    config: 'jest.full.config.ts',
    project: 'collector',
    files: NEEDS_COLLECTOR.map((start) => `${start.replace('<rootDir>/', '')}*.test.ts`),
    prepare: provideCollector,
  },
];

function run({ name, config, project, environment }: Part, home: StackHome, report?: string): boolean {
  console.log(`test-full: ${name}`);
  return runJest({
    repo: home.repo,
    args: ['--config', config, '--selectProjects', project],
    environment,
    report: report && `${report.replace(/\.json$/, '')}-${name}.json`,
  });
}

function main(report?: string): boolean {
  const home = stackHome();
  const parts = PARTS.map((part) => ({ part, obstacle: part.prepare(home) }));
  const runnable = parts.filter(({ obstacle }) => obstacle === null);
  // All of them, so that one failure does not hide another.
  const failed = runnable.filter(({ part }) => !run(part, home, report));
  for (const { part, obstacle } of parts) {
    if (obstacle === null) continue;
    const count = globSync(part.files, { cwd: home.repo }).length;
    console.log(`could not run: ${part.name}, ${count} files of tests: ${obstacle}`);
  }
  console.log(`test-full: ${runnable.length} of ${parts.length} parts ran, ${failed.length} of them failed`);
  return failed.length === 0;
}

process.exitCode = main(process.argv[2]) ? 0 : 1;
