import { apiConfig } from '@docket/platform/config/api';
import { ConfigError, loadConfig } from '@docket/platform/config/load';
import { workerConfig } from '@docket/platform/config/worker';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { newSigningKeys } from '../../../../test/support/signing-keys.ts';

const REQUIRED = {
  DATABASE_URL: 'postgres://docket_app@127.0.0.1/docket',
  STORAGE_URL: 'file:///var/lib/docket',
  STORAGE_SIGNING_KEY: 's'.repeat(32),
  API_KEY_PEPPER: 'p'.repeat(32),
  AUTH_SIGNING_KEYS: newSigningKeys(),
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-config-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function secretFile(content: string): string {
  const path = join(folder, 'secret');
  writeFileSync(path, content);
  return path;
}

function problemsOf(environment: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(apiConfig, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

describe('loading the configuration', () => {
  it('takes what is required and fills in the rest', () => {
    expect(loadConfig(apiConfig, REQUIRED)).toMatchObject({ ...REQUIRED, API_PORT: 8080, LOG_LEVEL: 'info' });
    expect(loadConfig(workerConfig, REQUIRED)).toMatchObject({
      PARSE_SLOTS: 2,
      WORKER_QUEUES: 'main,parse,model',
    });
  });

  it('names every problem at once, each with what the variable is for', () => {
    const problems = problemsOf({
      STORAGE_URL: 'https://bucket.example.com',
      STORAGE_SIGNING_KEY: 'short',
      API_PORT: '99999',
      API_MAX_WAITERS: '2.5',
      API_SHUTDOWN_SECONDS: 'soon',
      LOG_LEVEL: 'loud',
      API_KEY_PEPPER_FILE: join(folder, 'nowhere'),
    });
    const named = problems.map((line) => /^ {2}- (\w+):/.exec(line)?.[1]);
    expect(new Set(named)).toEqual(
      new Set([
        'DATABASE_URL',
        'STORAGE_URL',
        'STORAGE_SIGNING_KEY',
        'API_PORT',
        'API_MAX_WAITERS',
        'API_SHUTDOWN_SECONDS',
        'LOG_LEVEL',
        'API_KEY_PEPPER_FILE',
        'AUTH_SIGNING_KEYS',
        'API_KEY_PEPPER',
      ]),
    );
    expect(problems).toContainEqual(expect.stringMatching(/DATABASE_URL: is required \(Address of Postgres/));
    expect(problems).toContainEqual(expect.stringMatching(/API_PORT: must be 65535 or less \(Port/));
    expect(problems).toContainEqual(expect.stringMatching(/LOG_LEVEL: must be one of trace, debug/));
    expect(problems).toContainEqual(
      expect.stringMatching(/STORAGE_SIGNING_KEY: must have at least 32 characters/),
    );
  });

  it('never prints a value, since it may be a secret', () => {
    const problems = problemsOf({
      STORAGE_SIGNING_KEY: 'hunter2',
      API_KEY_PEPPER: 'hunter2',
      AUTH_SIGNING_KEYS: '{"keys":[{"kty":"EC","d":"hunter2"}]}',
      DATABASE_URL: 'mysql://u:hunter2@h/d',
    });
    expect(problems.length).toBeGreaterThan(3);
    expect(problems.join()).not.toContain('hunter2');
  });

  it.each(['', '   ', '\n'])('counts %j as not set', (empty) => {
    expect(loadConfig(apiConfig, { ...REQUIRED, API_PORT: empty }).API_PORT).toBe(8080);
    expect(problemsOf({ ...REQUIRED, API_KEY_PEPPER: empty })).toEqual([
      expect.stringContaining('API_KEY_PEPPER: is required'),
    ]);
  });

  it('reads NAME_FILE in place of NAME, without the line end that editors add', () => {
    const { API_KEY_PEPPER: _, ...rest } = REQUIRED;
    const file = secretFile(`${'f'.repeat(32)}\n`);
    expect(loadConfig(apiConfig, { ...rest, API_KEY_PEPPER_FILE: file }).API_KEY_PEPPER).toBe('f'.repeat(32));
    expect(loadConfig(apiConfig, { ...REQUIRED, API_KEY_PEPPER_FILE: file }).API_KEY_PEPPER).toBe(
      'f'.repeat(32),
    );
    expect(loadConfig(apiConfig, { ...REQUIRED, API_KEY_PEPPER_FILE: '' }).API_KEY_PEPPER).toBe(
      'p'.repeat(32),
    );
    expect(loadConfig(apiConfig, { ...REQUIRED, API_PORT_FILE: secretFile('9000') }).API_PORT).toBe(9000);
  });

  it('counts an empty file as not set', () => {
    const { API_KEY_PEPPER: _, ...rest } = REQUIRED;
    expect(problemsOf({ ...rest, API_KEY_PEPPER_FILE: secretFile('\n') })).toEqual([
      expect.stringContaining('API_KEY_PEPPER: is required'),
    ]);
  });

  it.each(['1e9', '-1', 'NaN', 'Infinity', '80 80'])('refuses %j as a port', (port) => {
    expect(problemsOf({ ...REQUIRED, API_PORT: port })).toEqual([
      expect.stringContaining('API_PORT: must be'),
    ]);
  });
});

describe('reading .env', () => {
  // In a process of its own, as it is meant: Jest hides the real environment from the tests within it.
  const built = pathToFileURL(resolve(import.meta.dirname, '../../dist/config/load.js')).href;
  const program = `import { readEnvFile } from '${built}';
    readEnvFile(); console.log(JSON.stringify([process.env.SAID, process.env.UNSAID ?? null]));`;

  function environmentAfterReading(): unknown {
    const options = { cwd: folder, env: { SAID: 'environment' }, encoding: 'utf8' as const };
    return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], options));
  }

  it('adds what the environment does not say, and is not needed', () => {
    expect(environmentAfterReading()).toEqual(['environment', null]);
    writeFileSync(join(folder, '.env'), 'SAID=file\nUNSAID=file\n');
    expect(environmentAfterReading()).toEqual(['environment', 'file']);
  });
});
