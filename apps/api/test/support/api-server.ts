import { createLogger } from '@docket/platform/logging/logger';
import { startMetrics } from '@docket/platform/metrics';
import type { Type } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { loadApiConfig } from '../../src/api-settings.ts';
import { createApp } from '../../src/create-app.ts';
import { apiEnvironment } from './api-environment.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed where it is JSON. */
  body: Record<string, unknown>;
}

/** The API listening in this process, on a database of its own. Temporal is not there: nothing here begins work. */
export interface ApiServer {
  url: string;
  database: TestDatabase;
  operatorToken: string;
  /** The environment it was made from. */
  environment: NodeJS.ProcessEnv;
  ask(method: string, path: string, credential?: string | null, body?: unknown): Promise<Answer>;
  close(): Promise<void>;
}

/** @param beside controllers of versions that only tests know */
export async function startApi(
  overrides: Record<string, string> = {},
  beside: readonly Type[] = [],
): Promise<ApiServer> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'docket-api-'));
  const operatorToken = randomBytes(24).toString('hex');
  const environment = apiEnvironment({
    DATABASE_URL: database.appUrl,
    STORAGE_URL: pathToFileURL(folder).href,
    PLATFORM_OPERATOR_TOKEN: operatorToken,
    ...overrides,
  });
  const app = await createApp(
    loadApiConfig(environment),
    createLogger('silent', 'api'),
    startMetrics(),
    beside,
  );
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    url,
    database,
    operatorToken,
    environment,
    ask: (method, path, credential, body) => ask(`${url}${path}`, method, credential, body),
    async close() {
      await app.close();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function ask(
  url: string,
  method: string,
  credential: string | null | undefined,
  body: unknown,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(credential ? { authorization: `Bearer ${credential}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}
