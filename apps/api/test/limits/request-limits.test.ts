import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApi, type Answer, type ApiServer } from '../support/api-server.ts';
import { newKey, newMember, newOrg, PASSWORD, successful, type TestOrg } from '../support/people.ts';

jest.setTimeout(60_000);

let api: ApiServer;

beforeAll(async () => {
  api = await startApi({ RATE_LIMIT_ANONYMOUS_PER_MINUTE: '20', RATE_LIMIT_ACCOUNT_PER_MINUTE: '3' });
});

afterAll(() => api.close());
// Every window is over.
afterEach(() => nextMinute());

async function nextMinute(): Promise<void> {
  await api.close();
  api = await startApi({ RATE_LIMIT_ANONYMOUS_PER_MINUTE: '20', RATE_LIMIT_ACCOUNT_PER_MINUTE: '3' });
}

/** As many requests as a plan of three a minute refuses one of. */
async function onSmallPlan(requestsPerMinute: number, perCaller: number): Promise<TestOrg> {
  const org = await newOrg(api);
  await api.database.asAdmin(
    `update plans set requests_per_minute = $1, requests_per_minute_per_caller = $2 where name = 'free'`,
    [requestsPerMinute, perCaller],
  );
  successful(await api.ask('PATCH', `/v1/platform/orgs/${org.id}`, api.operatorToken, { plan: 'free' }));
  return org;
}

async function times(count: number, ask: () => Promise<Answer>): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push((await ask()).status);
  return statuses;
}

describe('a key', () => {
  it('is told its limits with every answer, and when to come back once they are used up', async () => {
    const org = await onSmallPlan(100, 3);
    const { key } = await newKey(api, org, ['org:read']);
    const ask = (): Promise<Answer> => api.ask('GET', '/v1/me', key);
    const first = await ask();
    expect(first.headers.get('ratelimit-policy')).toBe('"caller";q=3;w=60, "org";q=100;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"caller";r=2;t=(60|59), "org";r=\d+;t=(60|59)$/);
    expect(await times(2, ask)).toEqual([200, 200]);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: 'rate_limit.exceeded' });
    expect(refused.headers.get('ratelimit')).toMatch(/^"caller";r=0;t=\d+$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
  });

  it('does not use up what another key has, and all of them share what their organisation has', async () => {
    const org = await onSmallPlan(8, 5);
    // Making the keys is a request of the owner's each, and the plan is read once.
    const keys = [await newKey(api, org, ['org:read']), await newKey(api, org, ['org:read'])];
    const [first, second] = keys.map(({ key }) => key);
    expect(await times(6, () => api.ask('GET', '/v1/me', first))).toEqual([200, 200, 200, 200, 200, 429]);
    // Two by the owner and six by the first key, the refused one not among them: one is left of eight.
    expect(await times(3, () => api.ask('GET', '/v1/me', second))).toEqual([200, 429, 429]);
  });
});

describe('an address without a credential', () => {
  it('is turned away after its limit, whatever it shows, while others are not', async () => {
    const wrong = `dk_live_${'a'.repeat(38)}`;
    expect(new Set(await times(20, () => api.ask('GET', '/v1/me', wrong)))).toEqual(new Set([401]));
    const refused = await api.ask('GET', '/v1/me', wrong);
    expect(refused.body).toMatchObject({ status: 429, code: 'rate_limit.exceeded' });
    expect(refused.headers.get('ratelimit')).toMatch(/^"anonymous";r=0/);
    expect((await api.ask('GET', '/v1/me', api.operatorToken)).status).toBe(429);
    expect((await api.ask('GET', '/health')).status).toBe(200);
  });

  it('is not what callers are counted by who show a credential that counts', async () => {
    const org = await newOrg(api);
    const { key } = await newKey(api, org, ['org:read']);
    expect(new Set(await times(40, () => api.ask('GET', '/v1/me', key)))).toEqual(new Set([200]));
  });
});

describe('signing in', () => {
  it('is limited by account: three guesses a minute, and the right password waits too', async () => {
    const org = await newOrg(api);
    const email = 'somebody@example.com';
    await newMember(api, org, 'viewer', email);
    const signIn = (password: string): Promise<Answer> =>
      api.ask('POST', '/v1/auth/sign-in', null, { email, password });
    expect(await times(3, () => signIn('wrong lantern gravel'))).toEqual([401, 401, 401]);
    expect((await signIn(PASSWORD)).status).toBe(429);
  });
});

describe('the plan', () => {
  it('is shown with its limits and what is used of it, and is not the organisation’s to change', async () => {
    const org = await newOrg(api);
    const { body } = await api.ask('GET', '/v1/org', org.owner.accessToken);
    expect(body).toMatchObject({
      plan: 'enterprise',
      limits: { requestsPerMinute: 600_000, documents: null, storageBytes: null, tokensPerDay: null },
      usage: { documents: 0, storageBytes: 0, concurrentRuns: 0 },
    });
    const changed = await api.ask('PATCH', '/v1/org', org.owner.accessToken, { plan: 'team' });
    expect(changed.status).toBe(400);
    const byOperator = await api.ask('PATCH', `/v1/platform/orgs/${org.id}`, api.operatorToken, {
      plan: 'team',
    });
    expect(byOperator.body).toMatchObject({ id: org.id, plan: 'team' });
  });
});
