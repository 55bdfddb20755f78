import { apiConfig } from '@docket/platform/config/api';
import { auditConfig } from '@docket/platform/config/audit';
import { buildConfig } from '@docket/platform/config/build';
import { databaseAdminConfig } from '@docket/platform/config/database';
import { loadConfig } from '@docket/platform/config/load';
import { temporalAdminConfig } from '@docket/platform/config/temporal';
import { workerConfig } from '@docket/platform/config/worker';
import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { newSigningKeys } from '../../../../test/support/signing-keys.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const COMMAND = resolve(ROOT, 'tools/docs/configuration.ts');
const EXAMPLE = readFileSync(resolve(ROOT, '.env.example'), 'utf8');
const PAGE = readFileSync(resolve(ROOT, 'docs/configuration.md'), 'utf8');
const SHAPES = {
  ...apiConfig,
  ...workerConfig,
  ...databaseAdminConfig,
  ...temporalAdminConfig,
  ...buildConfig,
  ...auditConfig,
};

/** Every variable the example names, commented out or not, with the value it shows. */
const shown = new Map(
  [...EXAMPLE.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [
    name ?? '',
    value ?? '',
  ]),
);

describe('.env.example', () => {
  it('names every variable that a process reads, and no other', () => {
    expect([...shown.keys()].toSorted()).toEqual(Object.keys(SHAPES).toSorted());
  });

  it('shows each default as it is, and what is required or secret empty', () => {
    for (const [name, schema] of Object.entries(SHAPES)) {
      const unset = schema.safeParse(undefined);
      const fallback = unset.success && unset.data !== undefined ? String(unset.data) : '';
      expect({ name, shown: shown.get(name) }).toEqual({ name, shown: fallback });
      if (schema.meta()?.['secret'] === true)
        expect({ name, shown: shown.get(name) }).toEqual({ name, shown: '' });
    }
  });

  it('sets nothing when it is copied as it stands, and asks for exactly what is required', () => {
    const copied = parseEnv(EXAMPLE);
    expect(Object.values(copied).join('')).toBe('');
    const required = Object.entries(SHAPES).filter(([, schema]) => !schema.safeParse(undefined).success);
    expect(Object.keys(copied).toSorted()).toEqual(required.map(([name]) => name).toSorted());
  });

  it('changes nothing when what it comments out is set to what it shows', () => {
    const required = {
      DATABASE_URL: 'postgres://a@b/c',
      STORAGE_URL: 'file:///tmp',
      STORAGE_SIGNING_KEY: 's'.repeat(32),
      API_KEY_PEPPER: 'p'.repeat(32),
      AUTH_SIGNING_KEYS: newSigningKeys(),
    };
    const everything = { ...Object.fromEntries(shown), ...required };
    expect(loadConfig(apiConfig, everything)).toEqual(loadConfig(apiConfig, required));
    expect(loadConfig(workerConfig, everything)).toEqual(loadConfig(workerConfig, required));
  });
});

describe('docs/configuration.md', () => {
  it('names every variable with its purpose and its default', () => {
    for (const [name, schema] of Object.entries(SHAPES)) {
      const row = PAGE.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? '';
      expect(row).toContain(schema.description);
      expect(row).toContain(schema.safeParse(undefined).success ? (shown.get(name) ?? '') : '**required**');
    }
  });

  it('is, like .env.example, what the command writes today', () => {
    const check = spawnSync(process.execPath, [COMMAND, '--check'], { encoding: 'utf8', env: {} });
    expect({ status: check.status, said: check.stderr }).toEqual({ status: 0, said: '' });
  });
});

describe('the purpose of a variable', () => {
  it.each(Object.entries(SHAPES))('%s is a sentence', (_, schema) => {
    expect(schema.description).toMatch(/^[A-Z].+\.$/);
  });
});
