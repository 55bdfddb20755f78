import { InstallationLog } from '@docket/db/audit/installation-log';
import { SystemDatabase } from '@docket/db/system-database';
import type { OrgTable } from '@docket/db/tables/org';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../http/page.js';
import { OperatorAnswers } from '../idempotency/operator-answers.js';
import { newId } from '../infrastructure/ids.js';
import { InvitationsService } from '../people/invitations/invitations.service.js';
import type {
  CreatedOrgDto,
  CreateOrgDto,
  PlatformOrgDto,
  UpdatePlatformOrgDto,
} from './platform-org.dto.js';

@Injectable()
export class PlatformOrgsService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly system: SystemDatabase,
    private readonly invitations: InvitationsService,
    private readonly log: InstallationLog,
    private readonly answers: OperatorAnswers,
  ) {}

  async create({ name, ownerEmail, plan }: CreateOrgDto): Promise<CreatedOrgDto> {
    return this.tenants.withTenant(newId(), async (tx) => {
      await tx.orgs.create(name);
      if (plan !== undefined) await tx.plans.change(plan);
      const ownerInvitation =
        ownerEmail === undefined ? null : await this.invitations.issue(tx, ownerEmail, 'owner');
      const org = showOrg(await findOrg(tx));
      const event = { action: 'org.create', subject: org.id, after: { name: org.name, plan: org.plan } };
      tx.audit.append(event);
      const body = { ...org, ownerInvitation };
      await this.answers.settle(tx, { status: 201, body, isSecret: ownerInvitation !== null });
      await this.log.append(event, tx.manager);
      return body;
    });
  }

  async update(orgId: string, { plan }: UpdatePlatformOrgDto): Promise<PlatformOrgDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const before = await tx.orgs.lock();
      if (!before) throw notFound('org');
      await tx.plans.change(plan);
      const event = {
        action: 'org.change_plan',
        subject: toTypeId('org', orgId),
        before: { plan: before.plan },
        after: { plan },
      };
      tx.audit.append(event);
      await this.log.append(event, tx.manager);
      return showOrg({ ...before, plan });
    });
  }

  /** Names are read org by org, each in its own transaction: nothing looks into several at once. */
  async list(query: PageQuery): Promise<Page<PlatformOrgDto>> {
    const page = idPage(query, 'org');
    const rows: OrgTable[] = [];
    for (const orgId of await this.system.orgIds(page.beforeId, page.limit + 1)) {
      const org = await this.tenants.withTenant(orgId, (tx) => tx.orgs.find());
      if (org) rows.push(org);
    }
    return toPage(rows, page.limit, showOrg, idCursor('org'));
  }
}

async function findOrg(tx: TenantTransaction): Promise<OrgTable> {
  const org = await tx.orgs.find();
  if (!org) throw notFound('org');
  return org;
}

function showOrg(row: OrgTable): PlatformOrgDto {
  const { name, plan, createdAt } = row;
  return { id: toTypeId('org', row.id), name, plan, createdAt: createdAt.toISOString() };
}
