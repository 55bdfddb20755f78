import type { EntityManager } from 'typeorm';

/** Failures in a row after which a provider is asked by one at a time. */
const OPEN_AFTER_FAILURES = 3;
/** First and longest pause of an open breaker: an outage of seconds costs seconds, one of hours a call a minute. */
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 60;
/** Seconds the rest waits while one tries whether the provider is well again. */
const BEHIND_PROBE_SECONDS = 3;

export type Admission = { admitted: true; isRecovering: boolean } | { admitted: false; waitSeconds: number };

/**
 * What all workers know of a provider together: until when it wants to be left alone, and whether it fails. Rows of the
 * whole installation, since its keys are.
 */
export class ProviderLimitRepository {
  constructor(private readonly manager: EntityManager) {}

  /**
   * Whether a call may be made now. After failures one caller at a time may try; it holds that right for as long as its
   * call may take.
   */
  async admit(provider: string, callSeconds: number): Promise<Admission> {
    const rows: { wait: number; failures: number; limited: boolean }[] = await this.manager.query(
      `select greatest(0, extract(epoch from blocked_until - now()))::float8 as wait, failures,
              blocked_until is not null as limited
         from provider_limits where provider = $1`,
      [provider],
    );
    const row = rows[0];
    if (!row) return { admitted: true, isRecovering: false };
    if (row.wait > 0) return { admitted: false, waitSeconds: row.wait };
    if (row.failures < OPEN_AFTER_FAILURES)
      return { admitted: true, isRecovering: row.failures > 0 || row.limited };
    const [probes]: [unknown[], number] = await this.manager.query(
      `update provider_limits set probe_until = now() + make_interval(secs => $2), updated_at = now()
        where provider = $1 and (probe_until is null or probe_until < now()) returning provider`,
      [provider, callSeconds],
    );
    return probes.length > 0
      ? { admitted: true, isRecovering: true }
      : { admitted: false, waitSeconds: BEHIND_PROBE_SECONDS };
  }

  /** A rate limit or an overload with a time: everybody waits for so long. */
  async block(provider: string, seconds: number, reason: string): Promise<void> {
    await this.manager.query(
      `insert into provider_limits as l (provider, blocked_until, reason) values ($1, now() + make_interval(secs => $2), $3)
       on conflict (provider) do update set blocked_until = greatest(l.blocked_until, excluded.blocked_until),
         probe_until = null, reason = excluded.reason, updated_at = now()`,
      [provider, seconds, reason],
    );
  }

  /** One more failure in a row; from the third on everybody waits, longer each time. */
  async countFailure(provider: string, reason: string): Promise<void> {
    await this.manager.query(
      `insert into provider_limits as l (provider, failures, reason) values ($1, 1, $2)
       on conflict (provider) do update set failures = least(l.failures + 1, 100), reason = excluded.reason,
         probe_until = null, updated_at = now(),
         blocked_until = case when l.failures + 1 < $3 then l.blocked_until
           else now() + make_interval(secs => least($5, $4 * power(2, least(l.failures + 1 - $3, 10)))) end`,
      [provider, reason, OPEN_AFTER_FAILURES, FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS],
    );
  }

  /** The provider answered: whatever was held against it is over. */
  async clear(provider: string): Promise<void> {
    await this.manager.query(
      `update provider_limits set blocked_until = null, failures = 0, probe_until = null, reason = null,
              updated_at = now()
        where provider = $1 and (blocked_until is null or blocked_until < now())`,
      [provider],
    );
  }
}
