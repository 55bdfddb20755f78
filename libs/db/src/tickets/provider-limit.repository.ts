import { newFlow } from '@docket/domain/model/provider-flow';
import {
  admit,
  leave,
  type Asker,
  type CallEnd,
  type GateLimits,
  type ProviderGate,
} from '@docket/domain/model/provider-gate';
import type { EntityManager } from 'typeorm';

/** Seconds a permit lasts unless its holder renews it: how long a worker that died keeps its place. */
export const PERMIT_SECONDS = 15;
/** What an organisation used counts half after so many seconds. */
const USE_HALF_LIFE_SECONDS = 10;
/** Seconds after its last time to come back for which an organisation counts as waiting. */
const LATE_SECONDS = 2;

export type Permission =
  | { admitted: true; isProbe: boolean; startedAt: number }
  /** Sent away; `reason` is the code of what the provider last did wrong. */
  | { admitted: false; waitMs: number; reason: string | null };

interface Call {
  provider: string;
  /** One per question: a repeat after a crash takes over the permit of its first try. */
  callId: string;
  /** Nobody waits for it: it gives way to what somebody waits for. */
  isBulk: boolean;
}

const MS = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
const TIME = (parameter: string) => `to_timestamp(${parameter}::float8 / 1000)`;
const USE = `s.used * power(0.5, extract(epoch from clock_timestamp() - s.used_at) / ${USE_HALF_LIFE_SECONDS})`;

/**
 * What all workers know of a provider together. One row per provider is locked for each decision, for a few statements, so
 * that two workers never take the last permit; the decisions themselves are in the domain. Rows of the whole installation,
 * since its keys are.
 */
export class ProviderLimitRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Asks for a permit. Belongs into a transaction of its own: the row is locked until it ends. */
  async enter(call: Call, limits: GateLimits, random: number): Promise<Permission> {
    const { gate, now } = await this.lock(call.provider, limits);
    const asker = await this.asker(call);
    const admission = admit(gate, asker, limits, now, random);
    if (!admission.admitted) {
      await this.noteSlot(call, admission.nextSlotAt);
      return { admitted: false, waitMs: admission.waitMs, reason: admission.reason };
    }
    await this.store(call.provider, admission.gate);
    await this.take(call);
    return { admitted: true, isProbe: admission.isProbe, startedAt: now };
  }

  /**
   * For how many milliseconds nobody asks any longer, or 0: between a permit and its call a question is built and read, and
   * another call may have met a limit meanwhile. A look without the lock.
   */
  async closedForMs(provider: string): Promise<{ ms: number; reason: string | null }> {
    const rows: { ms: number; reason: string | null }[] = await this.manager.query(
      `select greatest(0, ${MS('blocked_until')} - ${MS('clock_timestamp()')}) as ms, reason
         from provider_limits where provider = $1`,
      [provider],
    );
    return { ms: rows[0]?.ms ?? 0, reason: rows[0]?.reason ?? null };
  }

  /** Keeps a permit while its call goes on. */
  async renew({ provider, callId }: Pick<Call, 'provider' | 'callId'>): Promise<void> {
    await this.manager.query(
      `update provider_permits set expires_at = clock_timestamp() + make_interval(secs => ${PERMIT_SECONDS})
        where provider = $1 and call_id = $2`,
      [provider, callId],
    );
  }

  /** Gives a permit back and learns from how its call ended. */
  async leave(call: Call, end: CallEnd, limits: GateLimits): Promise<void> {
    const { gate, now } = await this.lock(call.provider, limits);
    await this.store(call.provider, leave(gate, end, limits, now));
    await this.manager.query('delete from provider_permits where provider = $1 and call_id = $2', [
      call.provider,
      call.callId,
    ]);
  }

  /** The row, locked until the transaction ends. Losing what was learned costs a few calls: nobody waits for the disk. */
  private async lock(provider: string, limits: GateLimits): Promise<{ gate: ProviderGate; now: number }> {
    const select = `select set_config('synchronous_commit', 'off', true), ${MS('blocked_until')} as "blockedUntil",
            failures, ${MS('probe_until')} as "probeUntil", reason, flow
       from provider_limits where provider = $1 for update`;
    let [row]: ProviderGate[] = await this.manager.query(select, [provider]);
    if (!row) {
      await this.manager.query('insert into provider_limits (provider) values ($1) on conflict do nothing', [
        provider,
      ]);
      [row] = await this.manager.query(select, [provider]);
    }
    const [clock]: { now: number }[] = await this.manager.query(`select ${MS('clock_timestamp()')} as now`);
    const now = clock?.now ?? 0;
    const { blockedUntil = null, failures = 0, probeUntil = null, reason = null, flow } = row ?? {};
    // Fields that an older build did not know are as new.
    const known = { ...newFlow(now, limits.ceiling), ...flow };
    return { gate: { blockedUntil, failures, probeUntil, reason, flow: known }, now };
  }

  /** Read after the lock is held, by a statement of its own: it sees what others committed before. */
  private async asker({ provider, callId, isBulk }: Call): Promise<Asker> {
    const [row]: Asker[] = await this.manager.query(
      `with shares as (
         select s.org_id, s.is_bulk, ${USE} as used, s.next_slot_at,
                coalesce(s.next_slot_at > clock_timestamp() - interval '${LATE_SECONDS} seconds', false) as waits
           from provider_shares s where s.provider = $1
       ), own as (select used, next_slot_at from shares where org_id = $2 and is_bulk = $4)
       select (select count(*) from provider_permits p where p.provider = $1 and p.call_id <> $3
                  and p.expires_at > clock_timestamp())::integer as "underWay",
              (select count(*) from shares where waits and ($4 or not is_bulk))::integer as "waitingOrgs",
              (select count(*) from shares where waits and case
                  when is_bulk = $4 then org_id <> $2 and used < coalesce((select used from own), 0)
                  else $4 end)::integer as "before",
              (select ${MS('next_slot_at')} from own) as "nextSlotAt"`,
      [provider, this.orgId, callId, isBulk],
    );
    return row ?? { underWay: 0, waitingOrgs: 0, before: 0, nextSlotAt: null };
  }

  private async store(provider: string, gate: ProviderGate): Promise<void> {
    await this.manager.query(
      `update provider_limits set blocked_until = ${TIME('$2')}, failures = $3, probe_until = ${TIME('$4')}, reason = $5,
              flow = $6, updated_at = now() where provider = $1`,
      [
        provider,
        gate.blockedUntil,
        Math.min(gate.failures, 1_000),
        gate.probeUntil,
        gate.reason,
        JSON.stringify(gate.flow),
      ],
    );
  }

  /** Also clears away permits of workers that died, and organisations that have not asked for an hour. */
  private async take({ provider, callId, isBulk }: Call): Promise<void> {
    await this.manager.query(
      `with lost as (
         delete from provider_permits where provider = $1 and call_id <> $2 and expires_at < clock_timestamp()
       ), gone as (
         delete from provider_shares where provider = $1 and org_id <> $3 and used_at < now() - interval '1 hour'
            and coalesce(next_slot_at, '-infinity') < now() - interval '1 hour'
       ), taken as (
         insert into provider_permits (provider, call_id, org_id, expires_at)
         values ($1, $2, $3, clock_timestamp() + make_interval(secs => ${PERMIT_SECONDS}))
         on conflict (provider, call_id) do update set expires_at = excluded.expires_at
       )
       insert into provider_shares as s (provider, org_id, is_bulk, used, used_at)
       values ($1, $3, $4, 1, clock_timestamp())
       on conflict (provider, org_id, is_bulk) do update set used = 1 + ${USE}, used_at = excluded.used_at`,
      [provider, callId, this.orgId, isBulk],
    );
  }

  private async noteSlot({ provider, isBulk }: Call, nextSlotAt: number): Promise<void> {
    await this.manager.query(
      `insert into provider_shares (provider, org_id, next_slot_at, is_bulk) values ($1, $2, ${TIME('$3')}, $4)
       on conflict (provider, org_id, is_bulk) do update set next_slot_at = excluded.next_slot_at`,
      [provider, this.orgId, nextSlotAt, isBulk],
    );
  }
}
