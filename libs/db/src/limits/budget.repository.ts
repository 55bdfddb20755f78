import type { BudgetAmount } from '@docket/domain/limits/budget';
import type { EntityManager } from 'typeorm';

/** The question a reservation is for. */
export interface BudgetSubject {
  enrichmentId: string;
  round: number;
  /** It is asked in a message batch: up to a day passes before it is settled. */
  isBatched?: boolean;
}

export type Reservation =
  | { outcome: 'reserved' }
  /** There would be room, were it not for single calls under way, which may use less than they reserved. */
  | { outcome: 'held' }
  /** There is no room today, whatever the calls under way come to. */
  | { outcome: 'exceeded'; limit: string };

interface Day {
  day: string;
  tokens: number;
  costMicros: number;
  /** By single calls, which end in seconds, and by questions in message batches, which count as spent meanwhile. */
  reservedTokens: number;
  reservedCostMicros: number;
  batchedTokens: number;
  batchedCostMicros: number;
}

interface Limits {
  tokens: number | null;
  costMicros: number | null;
}

const NUMBER = 'float8';
/** Answered calls whose largest tells what the next may come to. */
const CALLS_LOOKED_AT = 20;

/** The budget of an org by day (UTC): what is spent of it, and what calls under way have reserved. */
export class BudgetRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** True where the org may spend without end, so that nothing need be reserved. */
  async isUnlimited(): Promise<boolean> {
    const { tokens, costMicros } = await this.limits();
    return tokens === null && costMicros === null;
  }

  /** True where nothing is left of today's budget: whoever waits for a provider waits in vain. */
  async isSpent(): Promise<boolean> {
    const rows: { spent: boolean }[] = await this.manager.query(
      `select d.tokens >= coalesce(least(p.tokens_per_day, o.tokens_per_day), 'infinity'::float8)
              or d.cost_micros >= coalesce(o.cost_micros_per_day, 'infinity'::float8) as spent
         from budget_days d join orgs o on o.id = d.org_id join plans p on p.name = o.plan
        where d.org_id = $1 and d.day = (now() at time zone 'UTC')::date`,
      [this.orgId],
    );
    return rows[0]?.spent ?? false;
  }

  /**
   * Reserves what a question may come to. Asked again for the same question it reserves once. Belongs into a transaction of
   * its own: the day's row is locked until it ends.
   *
   * @param seconds after which the reservation of a crashed attempt comes back
   */
  async reserve(
    { enrichmentId, round, isBatched = false }: BudgetSubject,
    amount: BudgetAmount,
    seconds: number,
  ): Promise<Reservation> {
    const limits = await this.limits();
    const today = await this.lockToday(enrichmentId, round);
    if (isBeyond(today, amount, limits, false)) return { outcome: 'exceeded', limit: describe(limits) };
    if (isBeyond(today, amount, limits, true)) return { outcome: 'held' };
    await this.manager.query(
      `insert into budget_reservations (org_id, enrichment_id, round, day, tokens, cost_micros, expires_at, is_batched)
       values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7), $8)
       on conflict (org_id, enrichment_id, round) do update set day = excluded.day, tokens = excluded.tokens,
         cost_micros = excluded.cost_micros, expires_at = excluded.expires_at, is_batched = excluded.is_batched`,
      [this.orgId, enrichmentId, round, today.day, amount.tokens, amount.costMicros, seconds, isBatched],
    );
    return { outcome: 'reserved' };
  }

  /** Puts what a question came to in the place of its reservation. The last statement of the transaction that stores it. */
  async settle({ enrichmentId, round }: BudgetSubject, { tokens, costMicros }: BudgetAmount): Promise<void> {
    await this.manager.query(
      `with done as (delete from budget_reservations where org_id = $1 and enrichment_id = $2 and round = $3 returning day)
       insert into budget_days as d (org_id, day, tokens, cost_micros)
       values ($1, coalesce((select day from done), (now() at time zone 'UTC')::date), $4, $5)
       on conflict (org_id, day) do update
         set tokens = d.tokens + excluded.tokens, cost_micros = d.cost_micros + excluded.cost_micros`,
      [this.orgId, enrichmentId, round, tokens, costMicros],
    );
  }

  /**
   * Gives a reservation back for a call that came to nothing. With `isBatched` only one of a message batch: by now the same
   * question may be asked alone, under a reservation of its own.
   */
  async release({ enrichmentId, round, isBatched = false }: BudgetSubject): Promise<void> {
    await this.manager.query(
      `delete from budget_reservations
        where org_id = $1 and enrichment_id = $2 and round = $3 and (is_batched or not $4)`,
      [this.orgId, enrichmentId, round, isBatched],
    );
  }

  /**
   * Removes reservations that ran out longer ago than the given time, and returns how many. They hold nothing back; until then
   * a late answer is counted for the day on which it was asked for.
   */
  async removeOldReservations(olderThanSeconds: number): Promise<number> {
    const [, removed]: [unknown, number] = await this.manager.query(
      'delete from budget_reservations where org_id = $1 and expires_at < now() - make_interval(secs => $2)',
      [this.orgId, olderThanSeconds],
    );
    return removed;
  }

  /** The most that one of the org's last calls to a model came to, single or in batches; null before the first. */
  async largestOfLate(provider: string, model: string, isBatched = false): Promise<BudgetAmount | null> {
    const rows: (BudgetAmount | { tokens: null })[] = await this.manager.query(
      `select max(tokens)::${NUMBER} as tokens, coalesce(max(cost_micros), 0)::${NUMBER} as "costMicros" from (
         select input_tokens + output_tokens + cache_read_tokens + cache_write_tokens as tokens, cost_micros
           from model_calls where org_id = $1 and provider = $2 and model_asked = $3
            and outcome in ('completed', 'refused', 'truncated') and latency_ms > 0 and is_batched = $4
          order by created_at desc limit ${CALLS_LOOKED_AT}) late`,
      [this.orgId, provider, model, isBatched],
    );
    const [row] = rows;
    return row && row.tokens !== null ? row : null;
  }

  private async limits(): Promise<Limits> {
    const rows: Limits[] = await this.manager.query(
      `select least(p.tokens_per_day, o.tokens_per_day)::${NUMBER} as tokens,
              o.cost_micros_per_day::${NUMBER} as "costMicros"
         from orgs o join plans p on p.name = o.plan where o.id = $1`,
      [this.orgId],
    );
    return rows[0] ?? { tokens: null, costMicros: null };
  }

  /** What is spent and reserved today, the question's own reservation apart. The sums are read after the lock is held. */
  private async lockToday(enrichmentId: string, round: number): Promise<Day> {
    await this.manager.query(
      `insert into budget_days as d (org_id, day) values ($1, (now() at time zone 'UTC')::date)
       on conflict (org_id, day) do update set tokens = d.tokens`,
      [this.orgId],
    );
    const [today]: Day[] = await this.manager.query(
      `select to_char(d.day, 'YYYY-MM-DD') as day, d.tokens::${NUMBER}, d.cost_micros::${NUMBER} as "costMicros",
              coalesce(sum(r.tokens) filter (where not r.is_batched), 0)::${NUMBER} as "reservedTokens",
              coalesce(sum(r.cost_micros) filter (where not r.is_batched), 0)::${NUMBER} as "reservedCostMicros",
              coalesce(sum(r.tokens) filter (where r.is_batched), 0)::${NUMBER} as "batchedTokens",
              coalesce(sum(r.cost_micros) filter (where r.is_batched), 0)::${NUMBER} as "batchedCostMicros"
         from budget_days d left join budget_reservations r on r.org_id = d.org_id and r.day = d.day
              and r.expires_at > now() and (r.enrichment_id, r.round) <> ($2, $3)
        where d.org_id = $1 and d.day = (now() at time zone 'UTC')::date
        group by d.org_id, d.day`,
      [this.orgId, enrichmentId, round],
    );
    if (!today) throw new Error('the row of today is gone');
    return today;
  }
}

function isBeyond(day: Day, amount: BudgetAmount, limits: Limits, withReserved: boolean): boolean {
  const tokens = day.tokens + day.batchedTokens + amount.tokens + (withReserved ? day.reservedTokens : 0);
  const costMicros =
    day.costMicros + day.batchedCostMicros + amount.costMicros + (withReserved ? day.reservedCostMicros : 0);
  return tokens > (limits.tokens ?? Infinity) || costMicros > (limits.costMicros ?? Infinity);
}

function describe({ tokens, costMicros }: Limits): string {
  const parts = [
    ...(tokens === null ? [] : [`${tokens} tokens`]),
    ...(costMicros === null ? [] : [`${costMicros / 1_000_000} US dollars`]),
  ];
  return parts.join(' and ');
}
