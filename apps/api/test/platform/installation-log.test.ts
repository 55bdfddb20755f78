import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type Answer, type ApiServer } from '../support/api-server.ts';
import { newEmail, newOrg, PASSWORD, successful, type TestOrg } from '../support/people.ts';

interface Event {
  action: string;
  subject: string;
  actor: { kind: string };
  address: string;
}

let api: ApiServer;
let org: TestOrg;

beforeAll(async () => {
  api = await startApi();
  org = await newOrg(api);
});

afterAll(() => api.close());

async function logged(filter: string): Promise<Event[]> {
  const answer = await api.ask('GET', `/v1/platform/audit?${filter}`, api.operatorToken);
  return (successful(answer) as { data: Event[] }).data;
}

async function createOrg(key: string, body: object): Promise<Answer> {
  return create('/v1/platform/orgs', key, body);
}

async function create(path: string, key: string, body: object): Promise<Answer> {
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.operatorToken}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const parsed = JSON.parse(text) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, text, body: parsed };
}

describe('the log of the installation', () => {
  it('tells of sign-ins that failed, of whom where that is known, from where, and never what was typed', async () => {
    const me = await api.ask('GET', '/v1/me', org.owner.accessToken);
    const email = (successful(me) as { email?: string }).email;
    const typed = [
      { email: newEmail(), password: 'a wrong password' },
      ...(email === undefined ? [] : [{ email, password: 'a wrong password' }]),
    ];
    for (const body of typed)
      expect((await api.ask('POST', '/v1/auth/sign-in', null, body)).status).toBe(401);
    const events = await logged('action=session.refuse');
    expect(events).toHaveLength(typed.length);
    expect(events.at(-1)).toMatchObject({ subject: 'unknown', actor: { kind: 'anonymous' } });
    expect(events[0]?.address).toMatch(/127\.0\.0\.1/);
    if (email !== undefined) expect(events[0]?.subject).toBe(org.owner.userId);
    expect(JSON.stringify(events)).not.toMatch(/wrong password|@example/);
    expect(JSON.stringify(events)).not.toContain(PASSWORD);
  });

  it('tells what operators do, and that nothing of it was changed', async () => {
    await api.ask('PATCH', `/v1/platform/orgs/${org.id}`, api.operatorToken, { plan: 'team' });
    expect(await logged(`subject=${org.id}`)).toMatchObject([
      { action: 'org.change_plan', actor: { kind: 'operator' } },
      { action: 'org.create', actor: { kind: 'operator' } },
    ]);
    const verify = (): Promise<Answer> => api.ask('GET', '/v1/platform/audit/verify', api.operatorToken);
    expect((await verify()).body).toMatchObject({ valid: true, problem: null });
    const { database } = api;
    await database.asAdmin('alter table installation_events disable trigger append');
    await database.asAdmin(
      `update installation_events set record = replace(record, 'org', 'Org') where seq = 1`,
    );
    expect((await verify()).body).toMatchObject({
      valid: false,
      problem: { seq: 1, fault: 'record_changed' },
    });
    await database.asAdmin('delete from installation_events');
    expect((await verify()).body).toMatchObject({ problem: { seq: 1, fault: 'event_missing' } });
    await database.asAdmin('alter table installation_events enable trigger append');
  });

  it('is nobody’s but the operators’', async () => {
    for (const path of ['/v1/platform/audit', '/v1/platform/audit/verify']) {
      expect((await api.ask('GET', path, org.owner.accessToken)).status).toBe(403);
      expect((await api.ask('GET', path)).status).toBe(401);
    }
  });
});

describe('an operator’s Idempotency-Key', () => {
  it('makes one organisation, however often and at once it is sent', async () => {
    const first = await Promise.all(Array.from({ length: 8 }, () => createOrg('key-1', { name: 'One' })));
    const created = first.filter(({ status }) => status === 201);
    expect(created.length).toBeGreaterThan(0);
    expect(first.filter(({ status }) => status !== 201).map(({ body }) => body['code'])).toEqual(
      Array.from({ length: 8 - created.length }, () => 'idempotency.in_progress'),
    );
    const again = await createOrg('key-1', { name: 'One' });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(new Set([...created, again].map(({ text }) => text)).size).toBe(1);
    expect(await api.database.asAdmin(`select 1 from orgs where name = 'One'`)).toHaveLength(1);
  });

  it('is for one request: another body is refused, and so is a repeat of what showed an invitation', async () => {
    expect((await createOrg('key-1', { name: 'Two' })).body).toMatchObject({ code: 'idempotency.mismatch' });
    const body = { name: 'Three', ownerEmail: newEmail() };
    const { ownerInvitation } = (await createOrg('key-3', body)).body as {
      ownerInvitation: { token: string };
    };
    expect((await createOrg('key-3', body)).body).toMatchObject({
      code: 'idempotency.secret_not_replayable',
    });
    const kept = await api.database.asAdmin<{ body: unknown }>(
      `select * from operator_idempotency_keys where key = 'key-3'`,
    );
    expect(JSON.stringify(kept)).not.toContain(ownerInvitation.token);
    expect(await api.database.asAdmin(`select 1 from orgs where name = 'Three'`)).toHaveLength(1);
  });

  it('has a repeat name what the first request made', async () => {
    const path = `/v1/platform/orgs/${org.id}/run-batches`;
    const batch = { action: 'retry', filter: {} };
    const [first, again] = [await create(path, 'key-4', batch), await create(path, 'key-4', batch)];
    expect(first.headers.get('location')).toBe(`${path}/${String(first.body['id'])}`);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.text).toBe(first.text);
  });

  it('is as if new after a day', async () => {
    await api.database.asAdmin(`update operator_idempotency_keys set expires_at = now() where key = 'key-1'`);
    expect((await createOrg('key-1', { name: 'Four' })).status).toBe(201);
  });

  it('of a request that was refused is free', async () => {
    expect((await createOrg('key-5', { name: '' })).status).toBe(400);
    expect((await createOrg('key-5', { name: 'Five' })).status).toBe(201);
  });
});
