import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApi, type Answer, type ApiServer } from '../support/api-server.ts';
import {
  accept,
  newEmail,
  newKey,
  newMember,
  newOrg,
  PASSWORD,
  successful,
  type Tokens,
} from '../support/people.ts';

jest.setTimeout(60_000);

let api: ApiServer;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api.close());

function setRole(by: Tokens, userId: string, role: string): Promise<Answer> {
  return api.ask('PATCH', `/v1/users/${userId}`, by.accessToken, { role });
}

function remove(by: Tokens, userId: string): Promise<Answer> {
  return api.ask('DELETE', `/v1/users/${userId}`, by.accessToken);
}

function invite(by: string, email: string, role = 'agent'): Promise<Answer> {
  return api.ask('POST', '/v1/invitations', by, { email, role });
}

describe('a member', () => {
  it('has their new role at their next request, and none once removed', async () => {
    const org = await newOrg(api);
    const member = await newMember(api, org, 'viewer');
    const createTeam = (name: string): Promise<Answer> =>
      api.ask('POST', '/v1/teams', member.accessToken, { name });
    expect((await createTeam('one')).status).toBe(403);
    expect((await setRole(org.owner, member.userId, 'admin')).body).toMatchObject({ role: 'admin' });
    expect((await createTeam('two')).status).toBe(201);
    expect((await setRole(org.owner, member.userId, 'agent')).status).toBe(200);
    expect((await createTeam('three')).status).toBe(403);
    expect((await remove(org.owner, member.userId)).status).toBe(204);
    expect((await api.ask('GET', '/v1/me', member.accessToken)).status).toBe(401);
    const refreshed = await api.ask('POST', '/v1/auth/refresh', null, { refreshToken: member.refreshToken });
    expect(refreshed).toMatchObject({ status: 403, body: { code: 'auth.no_organisation' } });
  });

  it('who is admin makes, changes and removes no owner, nor does a key', async () => {
    const org = await newOrg(api);
    const admin = await newMember(api, org, 'admin');
    const second = await newMember(api, org, 'owner');
    const { key } = await newKey(api, org, ['org:admin']);
    for (const by of [admin, { ...admin, accessToken: key }]) {
      const answers = [
        await setRole(by, admin.userId, 'owner'),
        await setRole(by, second.userId, 'agent'),
        await remove(by, second.userId),
        await invite(by.accessToken, newEmail(), 'owner'),
      ];
      expect(answers.map(({ body }) => body['code'])).toEqual(Array(4).fill('role.too_high'));
    }
  });

  it('who is the only owner cannot leave, be removed or be made less', async () => {
    const org = await newOrg(api);
    const answers = [
      await api.ask('POST', '/v1/org/leave', org.owner.accessToken),
      await remove(org.owner, org.owner.userId),
      await setRole(org.owner, org.owner.userId, 'admin'),
    ];
    expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
      Array(3).fill([409, 'org.last_owner']),
    );
    const second = await newMember(api, org, 'owner');
    expect((await api.ask('POST', '/v1/org/leave', org.owner.accessToken)).status).toBe(204);
    expect((await api.ask('POST', '/v1/org/leave', second.accessToken)).body['code']).toBe('org.last_owner');
  });

  it('of several owners who go at the same moment, one always stays', async () => {
    for (let round = 0; round < 5; round += 1) {
      const org = await newOrg(api);
      const leavers = [org.owner, await newMember(api, org, 'owner')];
      const demoted = [await newMember(api, org, 'owner'), await newMember(api, org, 'owner')];
      const answers = await Promise.all([
        ...leavers.map(({ accessToken }) => api.ask('POST', '/v1/org/leave', accessToken)),
        ...demoted.map((owner) => setRole(owner, owner.userId, 'viewer')),
      ]);
      const refused = answers.filter(({ body }) => body['code'] === 'org.last_owner');
      expect(refused).toHaveLength(1);
    }
  });

  it('who leaves is out of the teams of that organisation', async () => {
    const org = await newOrg(api);
    const member = await newMember(api, org, 'agent');
    const team = successful(
      await api.ask('POST', '/v1/teams', org.owner.accessToken, { name: 'Billing' }),
    ) as { id: string };
    const path = `/v1/teams/${team.id}`;
    const put = await api.ask('PUT', `${path}/members/${member.userId}`, org.owner.accessToken);
    expect(put.body).toMatchObject({ memberIds: [member.userId] });
    await api.ask('POST', '/v1/org/leave', member.accessToken);
    expect((await api.ask('GET', path, org.owner.accessToken)).body).toMatchObject({ memberIds: [] });
  });
});

describe('an invitation', () => {
  it('counts once, for its address and its role, also when it is used twice at once', async () => {
    const org = await newOrg(api);
    const email = newEmail();
    const { token } = successful(await invite(org.owner.accessToken, email, 'viewer')) as { token: string };
    const dto = { token, password: PASSWORD, name: 'Ada' };
    const both = await Promise.all(
      [1, 2].map(() => api.ask('POST', '/v1/auth/accept-invitation', null, dto)),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 410]);
    const users = await api.ask('GET', '/v1/users', org.owner.accessToken);
    expect(users.body['data']).toContainEqual(expect.objectContaining({ email, role: 'viewer' }));
    const again = await api.ask('POST', '/v1/auth/accept-invitation', null, dto);
    expect(again).toMatchObject({ status: 410, body: { code: 'invitation.not_usable' } });
  });

  it('counts no more once revoked, expired or followed by another to the same address', async () => {
    const org = await newOrg(api);
    const issue = async (email: string): Promise<{ id: string; token: string }> =>
      successful(await invite(org.owner.accessToken, email)) as { id: string; token: string };
    const revoked = await issue(newEmail());
    expect((await api.ask('DELETE', `/v1/invitations/${revoked.id}`, org.owner.accessToken)).status).toBe(
      204,
    );
    const email = newEmail();
    const followed = await issue(email);
    await issue(email);
    const expired = await issue(newEmail());
    await api.database
      .asAdmin(`update invitations set expires_at = now() where token_hash is not null and email =
      (select email from invitations order by id desc limit 1)`);
    for (const { token } of [revoked, followed, expired]) {
      await expect(accept(api, token)).rejects.toThrow('invitation.not_usable');
    }
    const listed = await api.ask('GET', '/v1/invitations', org.owner.accessToken);
    const states = (listed.body['data'] as { state: string }[]).map(({ state }) => state);
    expect(states).toEqual(['expired', 'open', 'revoked', 'revoked', 'accepted']);
    expect(listed.text).not.toContain('di_');
  });

  it('to one address many times at once leaves one that counts', async () => {
    const org = await newOrg(api);
    const email = newEmail();
    const answers = await Promise.all([1, 2, 3, 4].map(() => invite(org.owner.accessToken, email)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const listed = await api.ask('GET', '/v1/invitations', org.owner.accessToken);
    expect(listed.text.match(/"state":"open"/g)).toHaveLength(1);
  });

  it('to an address that is known takes the password it has, so that nobody joins in another’s name', async () => {
    const email = newEmail();
    const { userId } = await newMember(api, await newOrg(api), 'agent', email);
    const org = await newOrg(api);
    const { token } = successful(await invite(org.owner.accessToken, email)) as { token: string };
    const guess = { token, password: 'another good password', name: 'Mallory' };
    expect((await api.ask('POST', '/v1/auth/accept-invitation', null, guess)).body['code']).toBe(
      'auth.invalid',
    );
    expect(await accept(api, token)).toMatchObject({ userId, org: { id: org.id } });
    expect((await invite(org.owner.accessToken, email)).body['code']).toBe('user.already_member');
  });

  it('wants a name and a password that nobody guesses of a new person', async () => {
    const org = await newOrg(api);
    const email = newEmail();
    const { token } = successful(await invite(org.owner.accessToken, email)) as { token: string };
    for (const [dto, problem] of [
      [{ password: PASSWORD }, { path: 'name', code: 'is_required' }],
      [
        { password: 'too short', name: 'Ada' },
        { path: 'password', code: 'too_short' },
      ],
      [
        { password: email, name: 'Ada' },
        { path: 'password', code: 'too_common' },
      ],
    ] as const) {
      const answer = await api.ask('POST', '/v1/auth/accept-invitation', null, { token, ...dto });
      expect(answer).toMatchObject({ status: 400, body: { errors: [problem] } });
    }
    await accept(api, token);
  });
});

describe('an API key', () => {
  it('has at most the scopes of its maker', async () => {
    const org = await newOrg(api);
    const admin = await newMember(api, org, 'admin');
    const { key } = await newKey(api, org, ['org:admin', 'search']);
    const make = (by: string, ...scopes: string[]): Promise<Answer> =>
      api.ask('POST', '/v1/api-keys', by, { name: 'k', scopes });
    expect((await make(admin.accessToken, 'org:admin', 'documents:write')).status).toBe(201);
    expect((await make(key, 'search')).status).toBe(201);
    expect(await make(key, 'search', 'documents:read')).toMatchObject({
      status: 403,
      body: { code: 'api_key.scope_exceeded', detail: expect.stringContaining('documents:read') },
    });
  });

  it('is shown once, counts beside the next one, and no more once revoked or expired', async () => {
    const org = await newOrg(api);
    const [old, next] = [await newKey(api, org, ['org:read']), await newKey(api, org, ['org:read'])];
    const statuses = async (): Promise<number[]> => {
      const answers = [await api.ask('GET', '/v1/org', old.key), await api.ask('GET', '/v1/org', next.key)];
      return answers.map(({ status }) => status);
    };
    expect(await statuses()).toEqual([200, 200]);
    expect((await api.ask('DELETE', `/v1/api-keys/${old.id}`, org.owner.accessToken)).status).toBe(204);
    expect(await statuses()).toEqual([401, 200]);
    await api.database.asAdmin(`update api_keys set expires_at = now() where revoked_at is null`);
    expect(await statuses()).toEqual([401, 401]);
    const listed = await api.ask('GET', '/v1/api-keys', org.owner.accessToken);
    expect(listed.text).not.toContain(next.key.slice(14));
    expect((listed.body['data'] as object[]).map((key) => ({ ...key, createdAt: '' }))).toMatchObject([
      { id: next.id, state: 'expired', lastUsedAt: expect.any(String), prefix: next.key.slice(0, 12) },
      { id: old.id, state: 'revoked', revokedAt: expect.any(String) },
    ]);
  });

  it('cannot be made to expire in the past', async () => {
    const org = await newOrg(api);
    const dto = { name: 'k', scopes: ['search'], expiresAt: '2020-01-01T00:00:00Z' };
    expect(await api.ask('POST', '/v1/api-keys', org.owner.accessToken, dto)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'expiresAt', code: 'is_past' }] },
    });
  });
});

describe('an organisation', () => {
  it('changes what is given and leaves the rest', async () => {
    const org = await newOrg(api);
    const patch = (dto: object): Promise<Answer> => api.ask('PATCH', '/v1/org', org.owner.accessToken, dto);
    expect((await patch({ retentionDays: 30, approvalPolicy: 'always' })).body).toMatchObject({
      name: 'Larkspur',
      retentionDays: 30,
      approvalPolicy: 'always',
    });
    expect((await patch({ retentionDays: null })).body).toMatchObject({
      retentionDays: null,
      approvalPolicy: 'always',
    });
    expect((await patch({})).body).toMatchObject({ approvalPolicy: 'always' });
    for (const wrong of [{ retentionDays: 0 }, { approvalPolicy: 'sometimes' }, { plan: 'enterprise' }]) {
      expect((await patch(wrong)).status).toBe(400);
    }
  });

  it('is one of a list that the operators page through, newest first', async () => {
    const made = [await newOrg(api, 'first'), await newOrg(api, 'second')];
    const page = await api.ask('GET', '/v1/platform/orgs?limit=1', api.operatorToken);
    expect(page.body).toMatchObject({ data: [{ id: made[1]?.id, name: 'second' }] });
    const next = await api.ask(
      'GET',
      `/v1/platform/orgs?limit=1&cursor=${String(page.body['nextCursor'])}`,
      api.operatorToken,
    );
    expect(next.body).toMatchObject({ data: [{ id: made[0]?.id, name: 'first' }] });
  });
});

describe('a team', () => {
  it('has a name of its own, also when it is renamed', async () => {
    const org = await newOrg(api);
    const make = async (name: string): Promise<{ id: string }> =>
      successful(await api.ask('POST', '/v1/teams', org.owner.accessToken, { name })) as { id: string };
    const [, second] = [await make('one'), await make('two')];
    const taken = await api.ask('POST', '/v1/teams', org.owner.accessToken, { name: 'one' });
    expect(taken.body['code']).toBe('team.name_taken');
    const patch = (dto: object): Promise<Answer> =>
      api.ask('PATCH', `/v1/teams/${second.id}`, org.owner.accessToken, dto);
    expect((await patch({ name: 'one' })).body['code']).toBe('team.name_taken');
    expect((await patch({ name: 'two', description: 'd' })).body).toMatchObject({
      name: 'two',
      description: 'd',
    });
    expect((await patch({ description: null })).body).toMatchObject({ name: 'two', description: null });
  });

  it('takes in nobody who does not belong to the organisation', async () => {
    const [org, other] = [await newOrg(api), await newOrg(api)];
    const team = successful(
      await api.ask('POST', '/v1/teams', org.owner.accessToken, { name: 'Billing' }),
    ) as { id: string };
    const answer = await api.ask(
      'PUT',
      `/v1/teams/${team.id}/members/${other.owner.userId}`,
      org.owner.accessToken,
    );
    expect(answer).toMatchObject({ status: 404, body: { code: 'user.not_found' } });
  });
});
