import { describe, expect, it } from '@jest/globals';
import { notRunning, ok, problem, renderFinding } from '../../../tools/stack/finding.ts';
import { renderStatus } from '../../../tools/stack/status.ts';
import { waitUntil } from '../../../tools/stack/wait.ts';

describe('a finding', () => {
  it('says what is wrong and what to do about it; what was never started is no problem', () => {
    expect(renderFinding(ok('pip'))).toBe('ok       pip');
    expect(renderFinding(ok('Python', '3.12.1'))).toBe('ok       Python: 3.12.1');
    expect(renderFinding(notRunning('api'))).toBe('-        api: not running: make up');
    expect(renderFinding(problem('.env', 'nothing reads X', 'remove it'))).toBe(
      'PROBLEM  .env: nothing reads X\n         fix: remove it',
    );
  });
});

describe('the status', () => {
  it('is a table whose columns stand under each other, without trailing blanks', () => {
    const text = renderStatus([
      { name: 'api', state: 'ready', pid: 1234567, port: 8080, url: 'http://127.0.0.1:8080' },
      { name: 'worker', state: 'not ready', pid: 12, port: 8081, url: 'http://127.0.0.1:8081/ready' },
      { name: 'postgres', state: 'external', pid: undefined, port: undefined, url: undefined },
    ]);
    expect(text.split('\n')).toEqual([
      'NAME      STATE      PID      PORT  URL',
      'api       ready      1234567  8080  http://127.0.0.1:8080',
      'worker    not ready  12       8081  http://127.0.0.1:8081/ready',
      'postgres  external   -        -     -',
    ]);
  });
});

describe('waitUntil', () => {
  it('asks until the condition holds', async () => {
    let asked = 0;
    expect(await waitUntil(() => ++asked === 3, { timeoutMs: 5_000, everyMs: 1 })).toBe(true);
    expect(asked).toBe(3);
  });

  it('asks at least once, and gives up when the time is over', async () => {
    expect(await waitUntil(async () => true, { timeoutMs: 0, everyMs: 1 })).toBe(true);
    const started = performance.now();
    expect(await waitUntil(() => false, { timeoutMs: 50, everyMs: 5 })).toBe(false);
    expect(performance.now() - started).toBeGreaterThanOrEqual(49);
  });
});
