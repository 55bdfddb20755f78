import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApiSettings, loadApiConfig } from '../../src/api-settings.ts';
import { AccessTokens } from '../../src/people/auth/access-tokens.ts';
import { apiEnvironment } from '../support/api-environment.ts';

const COMMAND = resolve(import.meta.dirname, '../../dist/commands/signing-keys.js');
const CLAIMS = {
  userId: '01980000-0000-7000-8000-000000000001',
  orgId: '01980000-0000-7000-8000-000000000002',
  sessionId: '01980000-0000-7000-8000-000000000003',
};

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-keys-'));
  file = join(folder, 'signing-keys.json');
  run('create');
});

afterEach(() => rmSync(folder, { recursive: true }));

function run(action: string): void {
  execFileSync(process.execPath, [COMMAND, action, '--file', file], { stdio: 'pipe' });
}

/** A replica that started with the set as it is now. */
function replica(): AccessTokens {
  const environment = apiEnvironment({ AUTH_SIGNING_KEYS: readFileSync(file, 'utf8') });
  return new AccessTokens(new ApiSettings(loadApiConfig(environment)));
}

describe('rotating the signing keys', () => {
  it('step by step logs nobody out: at each moment old and new replicas accept each other’s tokens', async () => {
    let previous = replica();
    const kids = new Set<string>();
    for (const action of ['add', 'promote', 'prune']) {
      run(action);
      const next = replica();
      const [before, after] = [await previous.issue(CLAIMS), await next.issue(CLAIMS)];
      expect({ action, accepted: await previous.verify(after) }).toEqual({ action, accepted: CLAIMS });
      // By the time of prune the tokens of the old key have expired; those of the newest are all there are.
      expect({ action, accepted: await next.verify(before) }).toEqual({ action, accepted: CLAIMS });
      for (const { kid } of next.publicKeys()) kids.add(kid);
      previous = next;
    }
    expect(kids.size).toBe(2);
    expect(previous.publicKeys()).toHaveLength(1);
  });

  it('publishes no private half, and leaves the file to its owner alone', () => {
    expect(JSON.stringify(replica().publicKeys())).not.toContain('"d"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('never writes a new set over one that is there', () => {
    expect(() => run('create')).toThrow('EEXIST');
  });
});
