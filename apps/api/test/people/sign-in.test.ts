import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApi, type ApiServer } from '../support/api-server.ts';
import {
  newEmail,
  newMember,
  newOrg,
  PASSWORD,
  successful,
  type TestOrg,
  type Tokens,
} from '../support/people.ts';

jest.setTimeout(60_000);

let api: ApiServer;
let org: TestOrg;

beforeAll(async () => {
  api = await startApi();
  org = await newOrg(api);
});

afterAll(() => api.close());

async function refresh(refreshToken: string, orgId?: string): ReturnType<ApiServer['ask']> {
  return api.ask('POST', '/v1/auth/refresh', null, { refreshToken, ...(orgId && { orgId }) });
}

async function statusOfMe(accessToken: string): Promise<number> {
  return (await api.ask('GET', '/v1/me', accessToken)).status;
}

describe('signing in', () => {
  it('gives tokens that say who somebody is, however they write their address', async () => {
    const email = newEmail();
    const { userId } = await newMember(api, org, 'agent', email);
    const answer = await api.ask('POST', '/v1/auth/sign-in', null, {
      email: ` ${email.toUpperCase()}`,
      password: PASSWORD,
    });
    const tokens = successful(answer) as Tokens;
    expect(tokens).toMatchObject({ userId, role: 'agent', org: { id: org.id }, tokenType: 'Bearer' });
    expect((await api.ask('GET', '/v1/me', tokens.accessToken)).body).toMatchObject({
      userId,
      role: 'agent',
      apiKeyId: null,
      scopes: [],
    });
  });

  it('answers an unknown address and a wrong password alike', async () => {
    const email = newEmail();
    await newMember(api, org, 'agent', email);
    const refused = async (dto: object): Promise<unknown> => {
      const { status, body } = await api.ask('POST', '/v1/auth/sign-in', null, dto);
      return { status, ...body, requestId: '' };
    };
    const wrong = await refused({ email, password: `${PASSWORD}x` });
    const unknown = await refused({ email: newEmail(), password: PASSWORD });
    expect(wrong).toMatchObject({ status: 401, code: 'auth.invalid' });
    expect(unknown).toEqual(wrong);
    // Asking for an org does not tell either.
    expect(await refused({ email: newEmail(), password: PASSWORD, orgId: org.id })).toEqual(wrong);
  });

  it('does not let anybody into an organisation that is not theirs', async () => {
    const email = newEmail();
    await newMember(api, org, 'agent', email);
    const other = await newOrg(api);
    const answer = await api.ask('POST', '/v1/auth/sign-in', null, {
      email,
      password: PASSWORD,
      orgId: other.id,
    });
    expect(answer).toMatchObject({ status: 404, body: { code: 'org.not_found' } });
  });
});

describe('a refresh', () => {
  it('gives new tokens of the same session, and can change the organisation', async () => {
    const email = newEmail();
    const first = await newMember(api, org, 'agent', email);
    const other = await newOrg(api, 'Other');
    const invited = await api.ask('POST', '/v1/invitations', other.owner.accessToken, {
      email,
      role: 'viewer',
    });
    const joined = await api.ask('POST', '/v1/auth/accept-invitation', null, {
      token: invited.body['token'],
      password: PASSWORD,
    });
    expect(successful(joined) as Tokens).toMatchObject({
      userId: first.userId,
      org: { id: other.id },
      role: 'viewer',
    });
    const moved = successful(await refresh(first.refreshToken, other.id)) as Tokens;
    expect(moved).toMatchObject({ org: { id: other.id, name: 'Other' }, role: 'viewer' });
    // It stays there until somebody asks for another.
    expect((successful(await refresh(moved.refreshToken)) as Tokens).org.id).toBe(other.id);
    const mine = await api.ask('GET', '/v1/orgs', moved.accessToken);
    expect(mine.body['data']).toEqual([
      { id: org.id, name: 'Larkspur', role: 'agent', current: false },
      { id: other.id, name: 'Other', role: 'viewer', current: true },
    ]);
  });

  it('takes the token before the newest for a short grace, as when an answer was lost', async () => {
    const { refreshToken } = await newMember(api, org, 'agent');
    const lost = successful(await refresh(refreshToken)) as Tokens;
    const again = successful(await refresh(refreshToken)) as Tokens;
    // Both windows go on.
    expect((await refresh(lost.refreshToken)).status).toBe(200);
    expect((await refresh(again.refreshToken)).status).toBe(200);
  });

  it.each([
    [
      'its successor was used',
      async (token: string) => {
        await refresh(token);
      },
      '',
    ],
    [
      'the grace is over',
      () => Promise.resolve(),
      `update refresh_tokens set replaced_at = replaced_at - interval '11 seconds'`,
    ],
  ])('with a token that was replaced, once %s, ends the whole session', async (_, proceed, sql) => {
    const stolen = await newMember(api, org, 'agent');
    const next = successful(await refresh(stolen.refreshToken)) as Tokens;
    await proceed(next.refreshToken);
    if (sql) await api.database.asAdmin(sql);
    expect(await refresh(stolen.refreshToken)).toMatchObject({ status: 401, body: { code: 'auth.invalid' } });
    expect((await refresh(next.refreshToken)).status).toBe(401);
    expect(await statusOfMe(next.accessToken)).toBe(401);
  });

  it('many times at once with one token never forks a session in two or ends it', async () => {
    const { refreshToken } = await newMember(api, org, 'agent');
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(refreshToken)));
    const tokens = answers.map((answer) => (successful(answer) as Tokens).accessToken);
    const sessions = await api.ask('GET', '/v1/auth/sessions', tokens[5]);
    expect(sessions.body['data']).toHaveLength(1);
  });

  it('with a made-up token changes nothing', async () => {
    const { refreshToken, accessToken } = await newMember(api, org, 'agent');
    const other = refreshToken.at(-2) === 'A' ? 'B' : 'A';
    const flipped = `${refreshToken.slice(0, -2)}${other}${refreshToken.slice(-1)}`;
    for (const token of [flipped, 'dr_', 'x', `${refreshToken}=`, refreshToken.slice(3)]) {
      expect({ token, status: (await refresh(token)).status }).toEqual({ token, status: 401 });
    }
    expect(await statusOfMe(accessToken)).toBe(200);
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  it('is refused after the idle time and after the longest time', async () => {
    const idle = await newMember(api, org, 'agent');
    await api.database.asAdmin(`update sessions set expires_at = now() - interval '1 second'`);
    expect((await refresh(idle.refreshToken)).status).toBe(401);
    expect(await statusOfMe(idle.accessToken)).toBe(401);
    org = await newOrg(api);
    const old = await newMember(api, org, 'agent');
    await api.database.asAdmin(
      `update sessions set created_at = now() - interval '90 days' + interval '1 hour'`,
    );
    successful(await refresh(old.refreshToken));
    const [left] = await api.database.asAdmin<{ hours: number }>(
      `select round(extract(epoch from expires_at - now()) / 3600)::integer as hours from sessions
        order by last_used_at desc limit 1`,
    );
    expect(left?.hours).toBe(1);
    org = await newOrg(api);
  });
});

describe('a session', () => {
  it('that was ended refuses its access token and its refresh token from the next request on', async () => {
    const email = newEmail();
    const here = await newMember(api, org, 'agent', email);
    const there = successful(
      await api.ask('POST', '/v1/auth/sign-in', null, { email, password: PASSWORD }),
    ) as Tokens;
    const listed = await api.ask('GET', '/v1/auth/sessions', here.accessToken);
    const sessions = listed.body['data'] as { id: string; current: boolean }[];
    expect(sessions.map(({ current }) => current)).toEqual([false, true]);
    const ended = await api.ask('DELETE', `/v1/auth/sessions/${sessions[0]?.id}`, here.accessToken);
    expect(ended.status).toBe(204);
    expect(await statusOfMe(there.accessToken)).toBe(401);
    expect((await refresh(there.refreshToken)).status).toBe(401);
    expect(await statusOfMe(here.accessToken)).toBe(200);
    expect(
      (await api.ask('DELETE', `/v1/auth/sessions/${sessions[0]?.id}`, here.accessToken)).body['code'],
    ).toBe('session.not_found');
  });

  it('of somebody else is not found, whatever the role', async () => {
    const somebody = await newMember(api, org, 'viewer');
    const listed = await api.ask('GET', '/v1/auth/sessions', somebody.accessToken);
    const [session] = listed.body['data'] as { id: string }[];
    const answer = await api.ask('DELETE', `/v1/auth/sessions/${session?.id}`, org.owner.accessToken);
    expect(answer).toMatchObject({ status: 404, body: { code: 'session.not_found' } });
    expect(await statusOfMe(somebody.accessToken)).toBe(200);
  });

  it('ends by signing out, with any token of it', async () => {
    const tokens = await newMember(api, org, 'agent');
    const out = await api.ask('POST', '/v1/auth/sign-out', null, { refreshToken: tokens.refreshToken });
    expect(out.status).toBe(204);
    expect(await statusOfMe(tokens.accessToken)).toBe(401);
    expect((await api.ask('POST', '/v1/auth/sign-out', null, { refreshToken: 'dr_unknown' })).status).toBe(
      204,
    );
  });
});

describe('a new password', () => {
  it('takes the current one, and ends every other session', async () => {
    const email = newEmail();
    const here = await newMember(api, org, 'agent', email);
    const there = successful(
      await api.ask('POST', '/v1/auth/sign-in', null, { email, password: PASSWORD }),
    ) as Tokens;
    const change = (currentPassword: string, newPassword: string): ReturnType<ApiServer['ask']> =>
      api.ask('POST', '/v1/auth/password', here.accessToken, { currentPassword, newPassword });
    const next = 'copper window seventeen';
    expect(await change('not the password', next)).toMatchObject({
      status: 403,
      body: { code: 'password.wrong' },
    });
    expect(await change(PASSWORD, 'Password2026!')).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ path: 'newPassword', code: 'too_common' }] },
    });
    expect((await change(PASSWORD, next)).status).toBe(204);
    expect(await statusOfMe(there.accessToken)).toBe(401);
    expect(await statusOfMe(here.accessToken)).toBe(200);
    const old = await api.ask('POST', '/v1/auth/sign-in', null, { email, password: PASSWORD });
    expect(old.status).toBe(401);
    expect((await api.ask('POST', '/v1/auth/sign-in', null, { email, password: next })).status).toBe(200);
  });

  it('is kept as argon2id with at least 19 MiB and two passes, and no password or token is kept as it is', async () => {
    const { refreshToken } = await newMember(api, org, 'agent');
    const hashes = await api.database.asAdmin<{ hash: string }>('select hash from user_passwords');
    for (const { hash } of hashes)
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/);
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(hashes.length);
    const [all] = await api.database.asAdmin<{ everything: string }>(
      `select string_agg(t::text, ' ') as everything from (select to_jsonb(r)::text from refresh_tokens r
         union all select to_jsonb(p)::text from user_passwords p union all select to_jsonb(i)::text from invitations i) t`,
    );
    expect(all?.everything).not.toContain(refreshToken.slice(3, 40));
    expect(all?.everything).not.toContain(PASSWORD);
  });
});
