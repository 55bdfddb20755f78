import type { LintText } from './lint-texts.ts';

export interface Border {
  name: string;
  /** The rules that must complain about `broken`, and no other. */
  rules: string[];
  /** Part of what the message says to do. */
  advice: string;
  broken: LintText;
  /** The same wish, the way it is done. */
  kept: LintText;
}

const IMPORTS = '@typescript-eslint/no-restricted-imports';
const DECLARED = 'import-x/no-extraneous-dependencies';

const at = (path: string, ...lines: string[]): LintText => ({ path, text: `${lines.join('\n')}\n` });

export const BORDERS: Border[] = [
  {
    name: 'a package imports only what the graph lets it',
    rules: [IMPORTS, DECLARED],
    advice: 'may import @docket/domain, @docket/platform',
    broken: at('libs/adapters/src/probe-a.ts', "export { ContentRepository } from '@docket/db/contents';"),
    kept: at('libs/adapters/src/probe-b.ts', "export { DocketError } from '@docket/domain/errors';"),
  },
  {
    name: 'domain imports no other package',
    rules: [IMPORTS, DECLARED],
    advice: 'may import no other package',
    broken: at(
      'libs/domain/src/probe-a.ts',
      "export type { Logger } from '@docket/platform/logging/logger';",
    ),
    kept: at('libs/domain/src/probe-b.ts', "export { DocketError } from './errors/docket-error.js';"),
  },
  {
    name: 'workflows take types from activities, never values',
    rules: [IMPORTS],
    advice: 'Use import type',
    broken: at('libs/workflows/src/probe-a.ts', "export * from '@docket/activities/document-ingest/types';"),
    kept: at(
      'libs/workflows/src/probe-b.ts',
      "export type * from '@docket/activities/document-ingest/types';",
    ),
  },
  {
    name: 'workflows take values only from rules modules of domain',
    rules: [IMPORTS],
    advice: 'rules subpaths',
    broken: at('libs/workflows/src/probe-c.ts', "export { uuidV7 } from '@docket/domain/ids/uuid-v7';"),
    kept: at(
      'libs/workflows/src/probe-d.ts',
      "export { QUEUES } from '@docket/domain/run/queues-rules';",
      "export * from '@docket/domain/trace/rules';",
      "export type { DocketError } from '@docket/domain/errors';",
    ),
  },
  {
    name: 'rules modules of domain import nothing but other rules modules, for workflows bundle them',
    rules: [IMPORTS, IMPORTS],
    advice: 'move what is needed to a *.rules.ts module',
    broken: at(
      'libs/domain/src/run/probe-a.rules.ts',
      "export { DocketError } from '../errors/docket-error.js';",
      "export * from 'snowball-stemmers';",
    ),
    kept: at(
      'libs/domain/src/run/probe-b.rules.ts',
      "export type { DocketError } from '../errors/docket-error.js';",
      "export { QUEUES } from './queues.rules.js';",
    ),
  },
  {
    name: 'workflows never see the platform',
    rules: [IMPORTS, DECLARED],
    advice: 'libs/workflows may import @docket/domain, @docket/activities',
    broken: at(
      'libs/workflows/src/probe-e.ts',
      "export { createLogger } from '@docket/platform/logging/logger';",
    ),
    kept: at('libs/workflows/src/probe-f.ts', "export { log } from '@temporalio/workflow';"),
  },
  {
    name: 'workflows import nothing from npm but @temporalio/workflow and common',
    rules: [IMPORTS, DECLARED],
    advice: 'nothing else',
    broken: at('libs/workflows/src/probe-g.ts', "export { z } from 'zod';"),
    kept: at('libs/workflows/src/probe-h.ts', "export { ApplicationFailure } from '@temporalio/common';"),
  },
  {
    name: 'no Node built-in in workflows',
    rules: [IMPORTS],
    advice: 'Do it in an activity',
    broken: at('libs/workflows/src/probe-i.ts', "export { setTimeout } from 'node:timers/promises';"),
    kept: at('libs/workflows/src/probe-j.ts', "export { sleep } from '@temporalio/workflow';"),
  },
  {
    name: 'no Node built-in in domain, however it is written',
    rules: [IMPORTS, IMPORTS],
    advice: 'No Node built-in here',
    broken: at(
      'libs/domain/src/probe-c.ts',
      "export { createHash } from 'node:crypto';",
      "export { readFile } from 'fs/promises';",
    ),
    kept: at('libs/adapters/src/probe-c.ts', "export { createHash } from 'node:crypto';"),
  },
  {
    name: 'no import() in workflows, which no border sees',
    rules: ['no-restricted-syntax'],
    advice: 'Import statically',
    broken: at(
      'libs/workflows/src/probe-k.ts',
      "export const load = () => import('./search-attributes.js');",
    ),
    kept: at('libs/workflows/src/probe-l.ts', "export * from './search-attributes.js';"),
  },
  {
    name: 'no import() of a package of ours anywhere',
    rules: ['no-restricted-syntax'],
    advice: 'Import the package statically',
    broken: at('apps/worker/src/probe-a.ts', "export const load = () => import('@docket/domain/errors');"),
    kept: at('apps/worker/src/probe-b.ts', "export const load = () => import('@temporalio/worker');"),
  },
  {
    name: 'the API runs no workflows',
    rules: [IMPORTS, DECLARED],
    advice: 'Use @temporalio/client',
    broken: at('apps/api/src/probe-a.ts', "export { Worker } from '@temporalio/worker';"),
    kept: at('apps/worker/src/probe-c.ts', "export { Worker } from '@temporalio/worker';"),
  },
  {
    name: 'the API never imports activities, not even a type',
    rules: [IMPORTS, DECLARED],
    advice: 'apps/api may import',
    broken: at('apps/api/src/probe-b.ts', "export type * from '@docket/activities/document-ingest/types';"),
    kept: at('apps/worker/src/probe-d.ts', "export type * from '@docket/activities/document-ingest/types';"),
  },
  {
    name: 'the API knows workflows by contract only',
    rules: [IMPORTS],
    advice: 'by contract only',
    broken: at('apps/api/src/probe-c.ts', "export * from '@docket/workflows/bundle-entry';"),
    kept: at(
      'apps/api/src/probe-d.ts',
      "export * from '@docket/workflows/document-ingest/contract';",
      "export * from '@docket/workflows/search-attributes';",
    ),
  },
  {
    name: 'Nest stops at apps',
    rules: [IMPORTS, DECLARED],
    advice: 'Nest stops at apps/',
    broken: at('libs/platform/src/probe-a.ts', "export { Injectable } from '@nestjs/common';"),
    kept: at('apps/api/src/probe-e.ts', "export { Injectable } from '@nestjs/common';"),
  },
  {
    name: 'TypeORM stays in libs/db',
    rules: [IMPORTS],
    advice: 'TypeORM and pg stay in libs/db',
    broken: at('apps/api/src/probe-f.ts', "export type { EntityManager } from 'typeorm';"),
    kept: at('libs/db/src/probe-a.ts', "export type { EntityManager } from 'typeorm';"),
  },
  {
    name: 'of TypeORM, the infrastructure of the API names DataSource and nothing more',
    rules: [IMPORTS],
    advice: 'TypeORM and pg stay in libs/db',
    broken: at('apps/api/src/infrastructure/probe-a.ts', "export { EntityManager } from 'typeorm';"),
    kept: at('apps/api/src/infrastructure/probe-b.ts', "export { DataSource } from 'typeorm';"),
  },
  {
    name: 'SQL stays in libs/db',
    rules: ['no-restricted-syntax'],
    advice: 'SQL stays in libs/db',
    broken: at(
      'libs/activities/src/probe-a.ts',
      "export const STUCK = 'select id from runs where state = $1';",
    ),
    kept: at('libs/db/src/probe-b.ts', "export const STUCK = 'select id from runs where state = $1';"),
  },
  {
    name: 'the environment is read in config only',
    rules: ['no-restricted-properties'],
    advice: 'Take a typed setting as a parameter',
    broken: at('libs/adapters/src/probe-d.ts', "export const url = process.env['STORAGE_URL'];"),
    kept: at('libs/platform/src/config/probe-a.ts', "export const url = process.env['STORAGE_URL'];"),
  },
  {
    name: 'the environment is not reached by another name either',
    rules: ['no-restricted-properties', IMPORTS],
    advice: 'read once',
    broken: at(
      'apps/worker/src/probe-e.ts',
      "export { env as outside } from 'node:process';",
      'export const { env } = process;',
    ),
    kept: at('apps/worker/src/probe-f.ts', 'export const { pid } = process;'),
  },
  {
    name: 'no relative path leads into another package',
    rules: ['docket/package-paths'],
    advice: 'by a subpath that package exports',
    broken: at('libs/db/src/search/probe-a.ts', "export * from '../../../domain/src/errors/index.js';"),
    kept: at(
      'libs/db/src/search/probe-b.ts',
      "export * from '@docket/domain/errors';",
      "export * from '../tables/columns.js';",
    ),
  },
  {
    name: 'no source stands on the root of the repository, but tests of a package use test/support',
    rules: ['docket/package-paths'],
    advice: 'packages it declares',
    broken: at('libs/db/src/probe-c.ts', "export * from '../../../test/support/database.js';"),
    kept: at('libs/db/test/probe-a.ts', "export * from '../../../test/support/database.ts';"),
  },
  {
    name: 'what a package does not declare is not importable',
    rules: [DECLARED],
    advice: 'should be listed',
    broken: at('libs/adapters/src/probe-e.ts', "export { pino } from 'pino';"),
    kept: at('libs/platform/src/probe-b.ts', "export { pino } from 'pino';"),
  },
  {
    name: 'no import cycle',
    rules: ['import-x/no-cycle'],
    advice: 'cycle',
    // Only a file that another one imports on disk can close a circle.
    broken: at('tools/check/lint-rules.ts', "export { packageBorders } from './lint-borders.ts';"),
    kept: at('tools/check/probe-a.ts', "export { packageBorders } from './lint-borders.ts';"),
  },
  {
    name: 'no promise is left floating',
    rules: ['@typescript-eslint/no-floating-promises'],
    advice: 'Promises must be awaited',
    broken: at(
      'libs/activities/src/probe-b.ts',
      'export function close(pool: { end(): Promise<void> }): void {',
      '  pool.end();',
      '}',
    ),
    kept: at(
      'libs/activities/src/probe-c.ts',
      'export async function close(pool: { end(): Promise<void> }): Promise<void> {',
      '  await pool.end();',
      '}',
    ),
  },
  {
    name: 'time and randomness are passed into domain',
    rules: [...Array<string>(3).fill('no-restricted-properties'), 'no-restricted-syntax'],
    advice: 'passed into domain functions',
    broken: at(
      'libs/domain/src/probe-d.ts',
      'export const jitter = (): number => Math.random();',
      'export const id = (): string => crypto.randomUUID();',
      'export const nowMs = (): number => Date.now();',
      'export const now = (): Date => new Date();',
    ),
    kept: at('libs/domain/src/probe-e.ts', 'export const at = (nowMs: number): Date => new Date(nowMs);'),
  },
  {
    name: 'what Nest injects stays a value import, what is only a type does not',
    rules: ['@typescript-eslint/consistent-type-imports'],
    advice: 'import type',
    broken: at(
      'apps/api/src/probe-g.ts',
      "import { TenantDatabase } from '@docket/db/tenant-database';",
      'export type Parts = { tenants: TenantDatabase };',
    ),
    kept: at(
      'apps/api/src/probe-h.ts',
      "import { TenantDatabase } from '@docket/db/tenant-database';",
      "import { Injectable } from '@nestjs/common';",
      '@Injectable()',
      'export class Parts {',
      '  constructor(readonly tenants: TenantDatabase) {}',
      '}',
    ),
  },
  {
    name: 'a function does not decide more than ten things',
    rules: ['complexity'],
    advice: 'Maximum allowed is 10',
    broken: at('libs/domain/src/probe-f.ts', ...decisions(10)),
    kept: at('libs/domain/src/probe-g.ts', ...decisions(9)),
  },
  {
    name: 'libraries log, commands print',
    rules: ['no-console'],
    advice: 'console',
    broken: at('libs/platform/src/probe-c.ts', "console.log('done');", 'export {};'),
    kept: at('libs/db/src/commands/probe-a.ts', "console.log('done');", 'export {};'),
  },
];

function decisions(count: number): string[] {
  const lines = Array.from({ length: count }, (_, index) => `  if (value === ${index}) return '${index}';`);
  return ['export function nameOf(value: number): string {', ...lines, "  return '';", '}'];
}
