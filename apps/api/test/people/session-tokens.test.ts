import type { AuditActor } from '@docket/db/audit/event';
import { PersonDatabase } from '@docket/db/person-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { Role } from '@docket/domain/access/roles';
import { toTypeId } from '@docket/domain/ids/type-id';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import type { UserPrincipal } from '../../src/access/principal.ts';
import { ApiSettings, loadApiConfig } from '../../src/api-settings.ts';
import { currentActor, withRequestScope } from '../../src/http/request-scope.ts';
import { AccessTokens } from '../../src/people/auth/access-tokens.ts';
import type { SessionTokensDto } from '../../src/people/auth/auth.dto.ts';
import { issueRefreshToken } from '../../src/people/auth/refresh-token.ts';
import { SessionTokensService } from '../../src/people/auth/session-tokens.service.ts';
import { SessionsService } from '../../src/people/auth/sessions.service.ts';
import { apiEnvironment } from '../support/api-environment.ts';

const IDLE_DAYS = 3;
const MAX_DAYS = 5;
const ANONYMOUS: AuditActor = { kind: 'anonymous', id: null, requestId: 'req-1', address: '192.0.2.7' };

let db: TestDatabase;
let settings: ApiSettings;
let accessTokens: AccessTokens;
let tokens: SessionTokensService;
let sessions: SessionsService;
let userId: string;
/** Of both, the first before the second. */
let orgIds: [string, string];

beforeAll(async () => {
  db = await createTestDatabase();
  settings = new ApiSettings(
    loadApiConfig(
      apiEnvironment({ SESSION_IDLE_DAYS: String(IDLE_DAYS), SESSION_MAX_DAYS: String(MAX_DAYS) }),
    ),
  );
  accessTokens = new AccessTokens(settings);
  const tenants = new TenantDatabase(db.dataSource, currentActor);
  const people = new PersonDatabase(db.dataSource);
  tokens = new SessionTokensService(db.system, tenants, people, accessTokens, settings);
  sessions = new SessionsService(people, tenants);
});

beforeEach(async () => {
  userId = newId();
  orgIds = [await db.createOrg(), await db.createOrg()];
  await db.tenants.withMember(orgIds[0], userId, (_, person) =>
    person.users.create({ email: `${userId}@example.com`, name: 'Ada' }).then(() => undefined),
  );
  await join(orgIds[0], 'agent');
  await join(orgIds[1], 'viewer');
});

afterAll(() => db.drop());

async function join(orgId: string, role: Role): Promise<void> {
  await db.tenants.withTenant(orgId, (tx) => tx.memberships.add(userId, role));
}

async function leave(orgId: string): Promise<void> {
  await db.tenants.withTenant(orgId, (tx) => tx.memberships.remove(userId));
}

/** As a request does of somebody who is not known yet. */
function asking<T>(work: () => Promise<T>): Promise<T> {
  return withRequestScope({ actor: ANONYMOUS }, work);
}

function open(wantedOrg?: string): Promise<SessionTokensDto> {
  return asking(() => tokens.open(userId, wantedOrg, 'a browser'));
}

function refresh(token: string, wantedOrg?: string): Promise<SessionTokensDto> {
  return asking(() => tokens.refresh(token, wantedOrg));
}

function publicOrg(orgId: string): string {
  return toTypeId('org', orgId);
}

async function principal({ accessToken }: SessionTokensDto): Promise<UserPrincipal> {
  const claims = await accessTokens.verify(accessToken);
  if (!claims) throw new Error('the access token does not count');
  return { kind: 'user', role: 'agent', ...claims };
}

/** What the audit of an organisation tells of a session, oldest first. */
async function told(orgId: string, sessionId: string): Promise<object[]> {
  const events = await db.tenants.withTenant(orgId, (tx) =>
    tx.audit.list({ subject: toTypeId('session', sessionId) }, { limit: 9, beforeSeq: null }),
  );
  return events.map(({ record }) => JSON.parse(record) as object).toReversed();
}

async function hoursLeft(sessionId: string): Promise<number | undefined> {
  const [row] = await db.asAdmin<{ hours: number }>(
    `select round(extract(epoch from expires_at - now()) / 3600)::integer as hours from sessions where id = $1`,
    [sessionId],
  );
  return row?.hours;
}

const REFUSED = {
  code: 'auth.invalid',
  message: expect.stringContaining('unknown, used or expired') as unknown,
};

describe('a session', () => {
  it('is opened in the organisation joined first, and says who somebody is there', async () => {
    const shown = await open();
    const { sessionId } = await principal(shown);
    expect(shown).toEqual({
      accessToken: expect.any(String),
      tokenType: 'Bearer',
      expiresInSeconds: 600,
      refreshToken: expect.stringMatching(/^dr_/),
      userId: toTypeId('user', userId),
      org: { id: publicOrg(orgIds[0]), name: `org ${orgIds[0]}` },
      role: 'agent',
    });
    expect(await principal(shown)).toMatchObject({ userId, orgId: orgIds[0] });
    expect(await hoursLeft(sessionId)).toBe(IDLE_DAYS * 24);
    expect(await told(orgIds[0], sessionId)).toEqual([
      expect.objectContaining({
        action: 'session.open',
        actor: { kind: 'user', id: toTypeId('user', userId) },
        after: { userAgent: 'a browser' },
      }),
    ]);
  });

  it('is opened in the organisation that was asked for, when it is theirs', async () => {
    expect(await open(publicOrg(orgIds[1]))).toMatchObject({
      org: { id: publicOrg(orgIds[1]) },
      role: 'viewer',
    });
    for (const wanted of [publicOrg(await db.createOrg()), 'org_1', orgIds[1]])
      await expect(open(wanted)).rejects.toMatchObject({ code: 'org.not_found' });
  });

  it('is not opened for somebody who belongs nowhere', async () => {
    for (const orgId of orgIds) await leave(orgId);
    await expect(open()).rejects.toMatchObject({
      code: 'auth.no_organisation',
      message: expect.stringContaining('Ask for an invitation'),
    });
    expect(await db.asAdmin('select 1 from sessions where user_id = $1', [userId])).toEqual([]);
  });

  it('is listed to its person with what it is known by, and ended by them alone', async () => {
    const [there, here] = [await open(), await open(publicOrg(orgIds[1]))];
    const [other, caller] = [await principal(there), await principal(here)];
    const { data } = await sessions.list(caller);
    const anyTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown;
    const known = { userAgent: 'a browser', createdAt: anyTime, lastUsedAt: anyTime, expiresAt: anyTime };
    expect(data).toEqual([
      { id: toTypeId('session', caller.sessionId), current: true, ...known },
      { id: toTypeId('session', other.sessionId), current: false, ...known },
    ]);
    const stranger = { ...caller, userId: newId() };
    expect(await sessions.list(stranger)).toEqual({ data: [] });
    await expect(sessions.end(stranger, other.sessionId)).rejects.toMatchObject({
      code: 'session.not_found',
    });
    await sessions.end(caller, other.sessionId);
    await expect(sessions.end(caller, other.sessionId)).rejects.toMatchObject({ code: 'session.not_found' });
    await expect(refresh(there.refreshToken)).rejects.toMatchObject(REFUSED);
    // Told in the organisation where it was done.
    expect(await told(orgIds[1], other.sessionId)).toMatchObject([
      { action: 'session.end', after: { reason: 'ended_by_user' } },
    ]);
  });

  it('ends by signing out with any of its tokens, and by nothing else', async () => {
    const first = await open();
    const second = await refresh(first.refreshToken);
    const { sessionId } = await principal(first);
    const signOut = (token: string): Promise<void> => asking(() => tokens.signOut(token));
    await signOut('dr_unknown');
    await signOut(issueRefreshToken({ userId, sessionId }, 'another pepper of thirty-two letters'));
    await signOut(issueRefreshToken({ userId, sessionId: newId() }, settings.values.API_KEY_PEPPER));
    expect((await told(orgIds[0], sessionId)).length).toBe(1);
    await signOut(first.refreshToken);
    await signOut(first.refreshToken);
    expect(await told(orgIds[0], sessionId)).toMatchObject([
      { action: 'session.open' },
      {
        action: 'session.end',
        actor: { kind: 'user', id: toTypeId('user', userId) },
        after: { reason: 'signed_out' },
      },
    ]);
    await expect(refresh(second.refreshToken)).rejects.toMatchObject(REFUSED);
  });
});

describe('a refresh', () => {
  it('stays in the organisation until another is asked for, and goes to the first when that is left', async () => {
    const first = await open(publicOrg(orgIds[1]));
    const second = await refresh(first.refreshToken);
    expect(second.org.id).toBe(publicOrg(orgIds[1]));
    expect((await principal(second)).sessionId).toBe((await principal(first)).sessionId);
    await expect(refresh(second.refreshToken, publicOrg(await db.createOrg()))).rejects.toMatchObject({
      code: 'org.not_found',
    });
    const moved = await refresh(second.refreshToken, publicOrg(orgIds[0]));
    expect(moved).toMatchObject({ org: { id: publicOrg(orgIds[0]) }, role: 'agent' });
    const back = await refresh(moved.refreshToken, publicOrg(orgIds[1]));
    await leave(orgIds[1]);
    const left = await refresh(back.refreshToken);
    expect(left.org.id).toBe(publicOrg(orgIds[0]));
    await leave(orgIds[0]);
    await expect(refresh(left.refreshToken)).rejects.toMatchObject({ code: 'auth.no_organisation' });
  });

  it('prolongs the session by its idle time, and never beyond the longest', async () => {
    const first = await open();
    const { sessionId } = await principal(first);
    const age = (days: number): Promise<unknown> =>
      db.asAdmin(
        `update sessions set created_at = now() - make_interval(days => $2), expires_at = now() + interval '1 hour'
          where id = $1`,
        [sessionId, days],
      );
    await age(1);
    const second = await refresh(first.refreshToken);
    expect(await hoursLeft(sessionId)).toBe(IDLE_DAYS * 24);
    await age(4);
    await refresh(second.refreshToken);
    expect(await hoursLeft(sessionId)).toBe((MAX_DAYS - 4) * 24);
  });

  it.each([
    [9, true],
    [11, false],
  ])('with a token that was replaced %i seconds ago counts: %p', async (seconds, counts) => {
    const first = await open();
    const next = await refresh(first.refreshToken);
    const { sessionId } = await principal(first);
    await db.asAdmin(
      `update refresh_tokens set replaced_at = now() - make_interval(secs => $2) where session_id = $1 and replaced_at is not null`,
      [sessionId, seconds],
    );
    const again = refresh(first.refreshToken);
    if (counts) {
      expect((await again).refreshToken).not.toBe(next.refreshToken);
      return;
    }
    await expect(again).rejects.toMatchObject(REFUSED);
    await expect(refresh(next.refreshToken)).rejects.toMatchObject(REFUSED);
    expect(await told(orgIds[0], sessionId)).toMatchObject([
      { action: 'session.open' },
      { action: 'session.end', after: { reason: 'token_reused' } },
    ]);
  });

  it('leaves the newest ten tokens of a session, however often one of them is shown', async () => {
    const first = await open();
    const { sessionId } = await principal(first);
    for (let turn = 0; turn < 10; turn += 1) await refresh(first.refreshToken);
    expect(await db.asAdmin('select 1 from refresh_tokens where session_id = $1', [sessionId])).toHaveLength(
      10,
    );
    await expect(refresh(first.refreshToken)).rejects.toMatchObject(REFUSED);
  });

  it('with what is no token of ours, or of no session, is refused and ends nothing', async () => {
    const shown = await open();
    const { sessionId } = await principal(shown);
    for (const token of [
      'dr_unknown',
      issueRefreshToken({ userId, sessionId }, 'another pepper of thirty-two letters'),
      issueRefreshToken({ userId, sessionId: newId() }, settings.values.API_KEY_PEPPER),
      issueRefreshToken({ userId: newId(), sessionId }, settings.values.API_KEY_PEPPER),
    ])
      await expect(refresh(token)).rejects.toMatchObject(REFUSED);
    expect((await refresh(shown.refreshToken)).userId).toBe(toTypeId('user', userId));
  });
});
