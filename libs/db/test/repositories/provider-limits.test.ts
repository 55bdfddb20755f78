import type { CallEnd } from '@docket/domain/model/provider-gate';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { randomBytes } from 'node:crypto';

const LIMITS = { ceiling: 50, callMs: 120_000 };
/** Calls at once to a provider that nobody has heard of. */
const COLD = 4;

let db: TestDatabase;
let ours: string;
let theirs: string;
let numbered = 0;

beforeAll(async () => {
  db = await createTestDatabase();
  [ours, theirs] = [await db.createOrg(), await db.createOrg()];
});
afterAll(() => db.drop());

const newId = (): string => uuidV7(Date.now(), randomBytes(10));
const newProvider = (): string => `provider-${(numbered += 1)}`;

function enter(org: string, provider: string, callId = newId(), isBulk = false) {
  return db.tenants.withTenant(org, async (tx) => ({
    callId,
    ...(await tx.providerLimits.enter({ provider, callId, isBulk }, LIMITS, 0.5)),
  }));
}

function leave(org: string, provider: string, callId: string, end: CallEnd): Promise<void> {
  return db.tenants.withTenant(org, (tx) =>
    tx.providerLimits.leave({ provider, callId, isBulk: false }, end, LIMITS),
  );
}

async function enterMany(org: string, provider: string, many: number) {
  const answers = await Promise.all(Array.from({ length: many }, () => enter(org, provider)));
  return { admitted: answers.filter(({ admitted }) => admitted), all: answers };
}

describe('permits of a provider', () => {
  it('are never more than it may have under way, though all ask at once', async () => {
    const provider = newProvider();
    expect((await enterMany(ours, provider, 40)).admitted).toHaveLength(COLD);
  });

  it('are more with each answer', async () => {
    const provider = newProvider();
    const { admitted } = await enterMany(ours, provider, COLD);
    for (const { callId } of admitted)
      await leave(ours, provider, callId, { kind: 'answered', startedAt: Date.now() });
    expect((await enterMany(ours, provider, 40)).admitted).toHaveLength(2 * COLD);
  });

  it('of a worker that died are free again when their lease has run out', async () => {
    const provider = newProvider();
    await enterMany(ours, provider, COLD);
    expect(await enter(ours, provider)).toMatchObject({ admitted: false });
    await db.asAdmin(`update provider_permits set expires_at = now() - interval '1 second'`);
    expect(await enter(ours, provider)).toMatchObject({ admitted: true });
    // And their rows are gone.
    const left = await db.asAdmin('select call_id from provider_permits where provider = $1', [provider]);
    expect(left).toHaveLength(1);
  });

  it('are kept for as long as they are renewed', async () => {
    const provider = newProvider();
    const { admitted } = await enterMany(ours, provider, COLD);
    await db.asAdmin(`update provider_permits set expires_at = now() - interval '1 second'`);
    for (const { callId } of admitted)
      await db.tenants.withTenant(ours, (tx) => tx.providerLimits.renew({ provider, callId }));
    expect(await enter(ours, provider)).toMatchObject({ admitted: false });
  });

  it('are taken over by a repeat of the same question, which needs no second one', async () => {
    const provider = newProvider();
    const [first] = (await enterMany(ours, provider, COLD)).admitted;
    expect(await enter(ours, provider, first?.callId)).toMatchObject({ admitted: true });
  });

  it('go first to an organisation that waits and had fewer', async () => {
    const provider = newProvider();
    const { admitted } = await enterMany(ours, provider, 20);
    expect(await enter(theirs, provider)).toMatchObject({ admitted: false });
    // An answer frees one and adds one; of the two, one is kept for who waits.
    const [done] = admitted;
    await leave(ours, provider, done?.callId ?? '', { kind: 'answered', startedAt: Date.now() });
    expect((await enterMany(ours, provider, 5)).admitted).toHaveLength(1);
    expect(await enter(theirs, provider)).toMatchObject({ admitted: true });
  });
});

describe('a permit that was given before its provider was closed', () => {
  it('is not to be used: a last look says for how long', async () => {
    const provider = newProvider();
    const look = () => db.tenants.withTenant(ours, (tx) => tx.providerLimits.closedForMs(provider));
    const [late, limited] = (await enterMany(ours, provider, COLD)).admitted;
    expect(late).toBeDefined();
    expect(await look()).toMatchObject({ ms: 0 });
    const end = { startedAt: Date.now(), retryAfterMs: 10_000, code: 'model.rate_limited' };
    await leave(ours, provider, limited?.callId ?? '', { kind: 'limited', ...end });
    const { ms, reason } = await look();
    expect(ms).toBeGreaterThan(5_000);
    expect(reason).toBe('model.rate_limited');
  });
});

describe('what nobody waits for', () => {
  it('gives way to what somebody waits for, of its own organisation, too', async () => {
    const provider = newProvider();
    const bulk = await Promise.all(Array.from({ length: COLD }, () => enter(ours, provider, newId(), true)));
    expect(bulk.every(({ admitted }) => admitted)).toBe(true);
    expect(await enter(ours, provider)).toMatchObject({ admitted: false });
    await leave(ours, provider, bulk[0]?.callId ?? '', { kind: 'failed', code: 'model.unavailable' });
    await db.asAdmin('update provider_limits set failures = 0 where provider = $1', [provider]);
    expect(await enter(ours, provider, newId(), true)).toMatchObject({ admitted: false });
    expect(await enter(ours, provider)).toMatchObject({ admitted: true });
  });
});

describe('a provider', () => {
  it('that names a time is left alone by all until then, though an earlier call is answered', async () => {
    const provider = newProvider();
    const { admitted } = await enterMany(ours, provider, 2);
    const [first, second] = admitted;
    await leave(ours, provider, first?.callId ?? '', {
      kind: 'limited',
      startedAt: Date.now(),
      retryAfterMs: 30_000,
      code: 'model.rate_limited',
    });
    await leave(ours, provider, second?.callId ?? '', { kind: 'answered', startedAt: Date.now() });
    const refused = await enter(theirs, provider);
    expect(refused).toMatchObject({ admitted: false });
    expect(refused.admitted ? 0 : refused.waitMs).toBeGreaterThan(25_000);
  });

  it('that failed three times is tried by one caller, and open to all once that had an answer', async () => {
    const provider = newProvider();
    const { admitted } = await enterMany(ours, provider, 3);
    for (const { callId } of admitted)
      await leave(ours, provider, callId, { kind: 'failed', code: 'model.unavailable' });
    expect(await enter(ours, provider)).toMatchObject({ admitted: false, reason: 'model.unavailable' });
    await db.asAdmin(`update provider_limits set blocked_until = now() - interval '1 second'`);
    const probes = await enterMany(ours, provider, 10);
    expect(probes.admitted).toMatchObject([{ isProbe: true }]);
    await leave(ours, provider, probes.admitted[0]?.callId ?? '', {
      kind: 'answered',
      startedAt: Date.now(),
    });
    expect(await enter(theirs, provider)).toMatchObject({ admitted: true, isProbe: false });
  });

  it('is tried by the next one, and by one only, when the worker of the one that tried it has died', async () => {
    const provider = newProvider();
    const probe = await openAndTry(provider);
    expect(await enter(theirs, provider)).toMatchObject({ admitted: false });
    await lose(probe);
    const next = await enterMany(theirs, provider, 10);
    expect(next.admitted).toMatchObject([{ isProbe: true }]);
  });

  it('is tried by the repeat of the question whose worker died, though its permit has not run out', async () => {
    const provider = newProvider();
    const { callId } = await openAndTry(provider);
    expect(await enter(ours, provider, callId)).toMatchObject({ admitted: true, isProbe: true });
    expect(await enter(theirs, provider)).toMatchObject({ admitted: false });
  });

  it('is tried by nobody else while the one that tries it renews its permit', async () => {
    const provider = newProvider();
    const probe = await openAndTry(provider);
    await lose(probe);
    await db.tenants.withTenant(ours, (tx) => tx.providerLimits.renew({ provider, callId: probe.callId }));
    expect((await enterMany(theirs, provider, 10)).admitted).toEqual([]);
  });
});

/** Opens the breaker, lets its pause pass, and has one caller try. */
async function openAndTry(provider: string) {
  for (const { callId } of (await enterMany(ours, provider, 3)).admitted)
    await leave(ours, provider, callId, { kind: 'failed', code: 'model.unavailable' });
  await db.asAdmin(`update provider_limits set blocked_until = now() - interval '1 second'`);
  const probe = await enter(ours, provider);
  expect(probe).toMatchObject({ admitted: true, isProbe: true });
  return probe;
}

/** As fifteen seconds after its worker died. */
async function lose({ callId }: { callId: string }): Promise<void> {
  await db.asAdmin(
    `update provider_permits set expires_at = now() - interval '1 second' where call_id = $1`,
    [callId],
  );
}
