import type { AlertMeasurement, AlertMetric, AlertState } from '@docket/domain/alert/rule';
import type { EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';

export interface AlertRuleSettings {
  name: string;
  metric: AlertMetric;
  /** The kind of run that is looked at; null for all but deliveries of webhooks, which tell of the others. */
  kind: string | null;
  /** A share from 0 to 1, or seconds. */
  fireAt: number;
  resolveBelow: number;
  /** Of a rate: which runs count, by when they ended, and how many there must be to fire. */
  windowSeconds: number;
  minimumRuns: number;
}

export interface AlertRule extends AlertRuleSettings {
  id: string;
  state: AlertState;
  /** As it was measured last; null before the first time. */
  value: number | null;
  evaluatedAt: Date | null;
  changedAt: Date | null;
  createdAt: Date;
}

const COLUMNS = `id, name, metric, kind, fire_at as "fireAt", resolve_below as "resolveBelow",
  window_seconds as "windowSeconds", minimum_runs as "minimumRuns", state, value, evaluated_at as "evaluatedAt",
  changed_at as "changedAt", created_at as "createdAt"`;

/** Runs that a rule looks at: `$1` is the org, `$2` a kind or null. */
const LOOKED_AT = `org_id = $1 and ($2::text is null or kind = $2) and kind <> 'webhookDelivery'`;

/** What an org is alerted on. */
export class AlertRuleRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Writes a rule unless the org has `most` of them; tells whether it did. Two who come at once come one after the other. */
  async insert(id: string, rule: AlertRuleSettings, most: number): Promise<boolean> {
    await this.manager.query('select 1 from orgs where id = $1 for no key update', [this.orgId]);
    const rows: unknown[] = await this.manager.query(
      `insert into alert_rules (org_id, id, name, metric, kind, fire_at, resolve_below, window_seconds, minimum_runs)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9
        where (select count(*) from alert_rules where org_id = $1) < $10 returning id`,
      [this.orgId, id, ...parametersOf(rule), most],
    );
    return rows.length === 1;
  }

  async find(id: string): Promise<AlertRule | null> {
    const rows = await this.select('id = $2', [id]);
    return rows[0] ?? null;
  }

  /** The rule, for whoever changes it: of several at once, each sees what the one before it left. */
  async lock(id: string): Promise<AlertRule | null> {
    const rows = await this.select('id = $2 for no key update', [id]);
    return rows[0] ?? null;
  }

  async list(page: PageRequest): Promise<AlertRule[]> {
    return this.select('($2::uuid is null or id < $2) order by id desc limit $3', [
      page.beforeId,
      page.limit + 1,
    ]);
  }

  /** All of them, locked: of two who evaluate at once one finds what the other decided. */
  async lockAll(): Promise<AlertRule[]> {
    return this.select('true order by id for update', []);
  }

  private async select(condition: string, parameters: unknown[]): Promise<AlertRule[]> {
    return this.manager.query(`select ${COLUMNS} from alert_rules where org_id = $1 and ${condition}`, [
      this.orgId,
      ...parameters,
    ]);
  }

  /** Changes a rule. One that fires goes on, until it is measured by what it says now. */
  async update(id: string, rule: AlertRuleSettings): Promise<void> {
    await this.manager.query(
      `update alert_rules set name = $3, metric = $4, kind = $5, fire_at = $6, resolve_below = $7, window_seconds = $8,
              minimum_runs = $9
        where org_id = $1 and id = $2`,
      [this.orgId, id, ...parametersOf(rule)],
    );
  }

  /** Notes what was measured, and returns since when the rule is in that state. */
  async note(id: string, state: AlertState, value: number): Promise<Date> {
    const [rows]: [{ changed_at: Date }[], number] = await this.manager.query(
      `update alert_rules set value = $4, evaluated_at = now(), state = $3,
              changed_at = case when state = $3 then coalesce(changed_at, now()) else now() end
        where org_id = $1 and id = $2 returning changed_at`,
      [this.orgId, id, state, value],
    );
    return rows[0]?.changed_at ?? new Date();
  }

  /** Deletes a rule; false when there is none. */
  async delete(id: string): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      'delete from alert_rules where org_id = $1 and id = $2 returning id',
      [this.orgId, id],
    );
    return rows.length === 1;
  }

  /** What a rule looks at, as it is now. */
  async measure(rule: AlertRuleSettings): Promise<AlertMeasurement> {
    switch (rule.metric) {
      case 'failure_rate':
        return this.failureRate(rule);
      case 'oldest_failure_age':
        return this.age(
          `select min(ended_at) as since from runs
                          where ${LOOKED_AT} and state in ('failed', 'terminated')`,
          rule,
        );
      case 'oldest_wait_age':
        // What waits for something that is away, or for its start. A person or an upload may take its time.
        return this.age(
          `select min(queued_at) as since from runs
                          where ${LOOKED_AT} and ((state = 'waiting' and error_code is not null)
                                                  or (state = 'queued' and swept_at is null))`,
          rule,
        );
    }
  }

  /** What ended lately, by how it ended last: one that was retried and went well did not fail. */
  private async failureRate({
    kind,
    windowSeconds,
    minimumRuns,
  }: AlertRuleSettings): Promise<AlertMeasurement> {
    const [row]: [{ failed: number; ended: number }] = await this.manager.query(
      `select count(*) filter (where state in ('failed', 'terminated'))::integer as failed, count(*)::integer as ended
         from runs where ${LOOKED_AT} and ended_at >= now() - make_interval(secs => $3)
          and state in ('succeeded', 'failed', 'terminated')`,
      [this.orgId, kind, windowSeconds],
    );
    const { failed, ended } = row;
    return { value: ended === 0 ? 0 : failed / ended, isTelling: ended >= minimumRuns };
  }

  /** Seconds since what a query finds; zero where it finds nothing. */
  private async age(sinceQuery: string, { kind }: AlertRuleSettings): Promise<AlertMeasurement> {
    const [row]: [{ seconds: number | null }] = await this.manager.query(
      `select extract(epoch from now() - since)::float8 as seconds from (${sinceQuery}) as oldest`,
      [this.orgId, kind],
    );
    return { value: Math.max(0, row.seconds ?? 0), isTelling: row.seconds !== null };
  }
}

function parametersOf(rule: AlertRuleSettings): unknown[] {
  const { name, metric, kind, fireAt, resolveBelow, windowSeconds, minimumRuns } = rule;
  return [name, metric, kind, fireAt, resolveBelow, windowSeconds, minimumRuns];
}
