import { TenantDatabase } from '@docket/db/tenant-database';
import type { PlanLimits } from '@docket/domain/limits/plan';
import { Injectable } from '@nestjs/common';

/** A change of plan counts everywhere after this long; until then no request has to ask. */
const REMEMBERED_MS = 10_000;
/** Orgs a replica remembers the plan of; beyond that it begins anew. */
const ORGS_MOST = 10_000;

type RequestLimits = Pick<PlanLimits, 'requestsPerMinute' | 'requestsPerMinutePerCaller'>;

/** What plans say of requests, remembered for a moment so that they cost no round trip each. */
@Injectable()
export class RememberedPlans {
  readonly #known = new Map<string, { limits: Promise<RequestLimits>; until: number }>();

  constructor(private readonly tenants: TenantDatabase) {}

  async of(orgId: string): Promise<RequestLimits> {
    const known = this.#known.get(orgId);
    if (known && performance.now() < known.until) return known.limits;
    if (this.#known.size >= ORGS_MOST) this.#known.clear();
    const limits = this.read(orgId);
    this.#known.set(orgId, { limits, until: performance.now() + REMEMBERED_MS });
    // What could not be read is not remembered.
    limits.catch(() => this.#known.delete(orgId));
    return limits;
  }

  private async read(orgId: string): Promise<RequestLimits> {
    const plan = await this.tenants.withTenant(orgId, (tx) => tx.plans.find());
    return plan?.limits ?? { requestsPerMinute: null, requestsPerMinutePerCaller: null };
  }
}
