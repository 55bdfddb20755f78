import { checkReadiness } from '@docket/platform/health/readiness';
import { describe, expect, it } from '@jest/globals';

const up = { name: 'up', check: async () => ({ build: 'abc' }) };
const silent = { name: 'silent', check: async () => undefined };
const down = {
  name: 'down',
  check: async () => {
    throw new Error('password authentication failed for user "docket"');
  },
};
const hanging = { name: 'hanging', check: () => new Promise<void>(() => undefined) };

describe('readiness', () => {
  it('is given when everything answers, with what each had to say', async () => {
    const report = await checkReadiness([up, silent]);
    expect(report.status).toBe('ready');
    expect(report.dependencies).toEqual([
      { name: 'up', state: 'ready', latencyMs: expect.any(Number), detail: { build: 'abc' } },
      { name: 'silent', state: 'ready', latencyMs: expect.any(Number) },
    ]);
  });

  it('is refused when one is down, names it, and tells nothing of why', async () => {
    const report = await checkReadiness([up, down]);
    expect(report.status).toBe('unavailable');
    expect(report.dependencies.map(({ name, state }) => ({ name, state }))).toEqual([
      { name: 'up', state: 'ready' },
      { name: 'down', state: 'unavailable' },
    ]);
    expect(JSON.stringify(report)).not.toContain('password');
  });

  it('is refused within the time a balancer waits when some hang, all at once and not one after the other', async () => {
    const startedAt = performance.now();
    const report = await checkReadiness([hanging, up, { ...hanging, name: 'also' }]);
    const tookMs = performance.now() - startedAt;
    expect(report.dependencies.map(({ state }) => state)).toEqual(['unavailable', 'ready', 'unavailable']);
    expect(report.dependencies[0]?.latencyMs).toBeGreaterThanOrEqual(1_990);
    expect(tookMs).toBeLessThan(3_900);
  });

  it('survives a check that throws before it promises anything', async () => {
    const broken = {
      name: 'broken',
      check: (): Promise<void> => {
        throw new Error('not even a promise');
      },
    };
    expect((await checkReadiness([broken, up])).dependencies.map(({ state }) => state)).toEqual([
      'unavailable',
      'ready',
    ]);
  });
});
