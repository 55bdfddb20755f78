import type { OrgSettings } from '@docket/db/orgs';
import { SystemDatabase } from '@docket/db/system-database';
import type { OrgTable } from '@docket/db/tables/org';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import type { UserPrincipal } from '../access/principal.js';
import { notFound } from '../http/ids.js';
import type { MyOrgDto, MyOrgsDto, OrgDto, UpdateOrgDto } from './org.dto.js';

@Injectable()
export class OrgService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly system: SystemDatabase,
  ) {}

  async get(orgId: string): Promise<OrgDto> {
    return this.tenants.withTenant(orgId, showOrg);
  }

  /** Changes what is given and leaves the rest. */
  async update(orgId: string, changes: UpdateOrgDto): Promise<OrgDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const org = await tx.orgs.lock();
      if (!org) throw notFound('org');
      const before = settingsOf(org);
      const given: Partial<OrgSettings> = Object.fromEntries(
        Object.entries(changes).filter(([, value]) => value !== undefined),
      );
      const after: OrgSettings = { ...before, ...given };
      refuseIncomplete(after);
      await tx.orgs.update(given);
      tx.audit.append({ action: 'org.update', subject: toTypeId('org', orgId), before, after });
      return showOrg(tx);
    });
  }

  /** The orgs a person belongs to, each read as that org; people belong to few. */
  async listOf({ userId, orgId: currentId }: UserPrincipal): Promise<MyOrgsDto> {
    const data: MyOrgDto[] = [];
    for (const orgId of await this.system.orgsOfUser(userId)) {
      const org = await this.tenants.withTenant(orgId, async (tx) => {
        const role = await tx.memberships.findRole(userId);
        return role && { id: toTypeId('org', orgId), name: (await findOrg(tx)).name, role };
      });
      if (org) data.push({ ...org, current: orgId === currentId });
    }
    return { data };
  }
}

function settingsOf(org: OrgTable): OrgSettings {
  const { name, retentionDays, approvalPolicy, approvalConfidence, learnFromEdits } = org;
  const { tokensPerDay, costMicrosPerDay } = org;
  const budget = { tokensPerDay, costMicrosPerDay };
  return { name, retentionDays, approvalPolicy, approvalConfidence, learnFromEdits, ...budget };
}

function refuseIncomplete({ approvalPolicy, approvalConfidence }: OrgSettings): void {
  if (approvalPolicy !== 'below_confidence' || approvalConfidence !== null) return;
  const message = 'must be given with approvalPolicy below_confidence';
  throw new DocketError('request.invalid', `approvalConfidence: ${message}`, {
    problems: [{ path: 'approvalConfidence', code: 'is_defined', message }],
  });
}

async function findOrg(tx: TenantTransaction): Promise<OrgTable> {
  const org = await tx.orgs.find();
  if (!org) throw notFound('org');
  return org;
}

async function showOrg(tx: TenantTransaction): Promise<OrgDto> {
  const row = await findOrg(tx);
  const plan = await tx.plans.find();
  if (!plan) throw notFound('org');
  return {
    id: toTypeId('org', row.id),
    name: row.name,
    retentionDays: row.retentionDays,
    approvalPolicy: row.approvalPolicy,
    approvalConfidence: row.approvalConfidence,
    learnFromEdits: row.learnFromEdits,
    tokensPerDay: row.tokensPerDay,
    costMicrosPerDay: row.costMicrosPerDay,
    ...plan,
    createdAt: row.createdAt.toISOString(),
  };
}
