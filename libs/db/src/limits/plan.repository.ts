import type { Plan, PlanLimits, PlanUsage } from '@docket/domain/limits/plan';
import type { EntityManager } from 'typeorm';

export interface OrgPlan {
  plan: Plan;
  limits: PlanLimits;
  usage: PlanUsage;
}

/** The largest counts here are bytes, and stay far below what a number holds exactly. */
const NUMBER = 'float8';

/** The plan of the org, what it allows, and what is used of it. */
export class PlanRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async find(): Promise<OrgPlan | null> {
    const rows: OrgPlan[] = await this.manager.query(
      `select o.plan,
              json_build_object('requestsPerMinute', p.requests_per_minute,
                'requestsPerMinutePerCaller', p.requests_per_minute_per_caller,
                'concurrentRuns', p.concurrent_runs, 'documents', p.documents,
                'storageBytes', p.storage_bytes::${NUMBER}, 'tokensPerDay', p.tokens_per_day::${NUMBER}) as limits,
              json_build_object('concurrentRuns', u.concurrent_runs, 'documents', u.documents,
                'storageBytes', u.storage_bytes::${NUMBER}, 'tokensToday', coalesce(b.tokens, 0)::${NUMBER},
                'costMicrosToday', coalesce(b.cost_micros, 0)::${NUMBER}) as usage
         from orgs o join plans p on p.name = o.plan join org_usage u on u.org_id = o.id
              left join budget_days b on b.org_id = o.id and b.day = (now() at time zone 'UTC')::date
        where o.id = $1`,
      [this.orgId],
    );
    return rows[0] ?? null;
  }

  /** Puts the org on another plan. What it has already stays, also beyond the new limits. */
  async change(plan: Plan): Promise<void> {
    await this.manager.query('update orgs set plan = $2 where id = $1', [this.orgId, plan]);
  }
}
