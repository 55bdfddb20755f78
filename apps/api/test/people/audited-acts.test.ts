import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApi, type ApiServer } from '../support/api-server.ts';
import {
  newKey,
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
let member: Tokens;

beforeAll(async () => {
  api = await startApi();
  org = await newOrg(api);
  member = await newMember(api, org, 'agent', 'kim@example.com');
});

afterAll(() => api.close());

interface Event {
  action: string;
  subject: string;
  actor: { kind: string; id: string | null };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** Newest first. */
async function events(query: string): Promise<Event[]> {
  const answer = await api.ask('GET', `/v1/audit?${query}`, org.owner.accessToken);
  return (successful(answer) as { data: Event[] }).data;
}

describe('the audit', () => {
  it('tells of an organisation from its first moment, and who its people are', async () => {
    expect(await events(`subject=${org.id}`)).toMatchObject([
      { action: 'org.create', actor: { kind: 'operator', id: null } },
    ]);
    expect(await events(`subject=${member.userId}`)).toMatchObject([
      { action: 'user.join', actor: { kind: 'user', id: member.userId }, after: { role: 'agent' } },
    ]);
  });

  it('tells of sign-ins, with what, and of how sessions end, by whom', async () => {
    const signedIn = await api.ask('POST', '/v1/auth/sign-in', null, {
      email: 'kim@example.com',
      password: PASSWORD,
    });
    const tokens = successful(signedIn) as Tokens;
    const [opened] = await events(`actor=${member.userId}&action=session.open`);
    await api.ask('POST', '/v1/auth/sign-out', null, { refreshToken: tokens.refreshToken });
    expect(await events(`subject=${opened?.subject}`)).toMatchObject([
      { action: 'session.end', actor: { kind: 'user', id: member.userId }, after: { reason: 'signed_out' } },
      // As the client of this test calls itself.
      { action: 'session.open', after: { userAgent: 'node' } },
    ]);
  });

  it('tells of a stolen refresh token', async () => {
    const first = successful(
      await api.ask('POST', '/v1/auth/sign-in', null, { email: 'kim@example.com', password: PASSWORD }),
    ) as Tokens;
    const [opened] = await events(`actor=${member.userId}&action=session.open`);
    await api.ask('POST', '/v1/auth/refresh', null, { refreshToken: first.refreshToken });
    await api.database.asAdmin(`update refresh_tokens set replaced_at = now() - interval '1 hour'
      where replaced_at is not null`);
    const again = await api.ask('POST', '/v1/auth/refresh', null, { refreshToken: first.refreshToken });
    expect(again.status).toBe(401);
    const [ended] = await events(`subject=${opened?.subject}`);
    expect(ended).toMatchObject({ action: 'session.end', after: { reason: 'token_reused' } });
  });

  it('tells before and after, and neither an address nor a secret', async () => {
    await api.ask('PATCH', `/v1/users/${member.userId}`, org.owner.accessToken, { role: 'viewer' });
    const { id, key } = await newKey(api, org, ['search']);
    await api.ask('DELETE', `/v1/api-keys/${id}`, org.owner.accessToken);
    await api.ask('DELETE', `/v1/api-keys/${id}`, org.owner.accessToken);
    expect(await events(`subject=${id}`)).toMatchObject([
      { action: 'api_key.revoke' },
      { action: 'api_key.create' },
    ]);
    expect(await events(`subject=${member.userId}&action=user.change_role`)).toMatchObject([
      { before: { role: 'agent' }, after: { role: 'viewer' } },
    ]);
    const everything = await api.database.asAdmin<{ record: string }>('select record from audit_events');
    const text = JSON.stringify(everything);
    expect(text).not.toContain('kim@example.com');
    expect(text).not.toContain(key);
    expect(text).not.toContain(PASSWORD);
  });

  it('tells what an owner changes of the organisation, and an operator of its plan', async () => {
    await api.ask('PATCH', '/v1/org', org.owner.accessToken, { retentionDays: 30 });
    await api.ask('PATCH', `/v1/platform/orgs/${org.id}`, api.operatorToken, { plan: 'team' });
    expect(await events(`subject=${org.id}`)).toMatchObject([
      { action: 'org.change_plan', before: { plan: 'enterprise' }, after: { plan: 'team' } },
      { action: 'org.update', before: { retentionDays: null }, after: { retentionDays: 30 } },
      { action: 'org.create' },
    ]);
  });
});
