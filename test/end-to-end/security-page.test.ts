import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase } from '../support/database.ts';
import type { AppProcess } from '../support/app-process.ts';
import { TestStack } from '../support/stack.ts';

jest.setTimeout(60_000);

const PAGE = readFileSync(resolve(import.meta.dirname, '../../docs/security.md'), 'utf8');

let stack: TestStack;
let api: AppProcess;

beforeAll(async () => {
  // Nothing on the page begins work, so no Temporal server is needed.
  stack = await TestStack.open(await createTestDatabase(), {
    temporalAddress: '127.0.0.1:1',
    namespace: 'none',
  });
  api = await stack.startApi({}, '/health');
}, 90_000);

afterAll(() => stack.stop());

describe('the security page', () => {
  it('shows commands that work, one after another, in one shell', async () => {
    const commands = [...PAGE.matchAll(/```sh\n(.*?)```/gs)].map(([, text]) => text ?? '');
    expect(commands.join('').match(/curl /g)?.length).toBeGreaterThan(8);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands.join('\n')], {
      env: { PATH: process.env['PATH'], DOCKET_URL: api.url, DOCKET_OPERATOR_TOKEN: stack.operatorToken },
    });
    expect(stdout).toContain('"role":"owner"');
    expect(stdout).toContain('"nextCursor":null');
    expect(stdout).toContain('auth.forbidden');
    expect(stdout).toContain('auth.required');
  });
});
