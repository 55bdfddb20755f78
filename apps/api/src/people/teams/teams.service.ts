import type { AuditEvent } from '@docket/db/audit/event';
import type { TeamRow } from '@docket/db/people/team';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { notFound } from '../../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../../http/page.js';
import { IdempotentAnswers } from '../../idempotency/idempotent-answers.js';
import { newId } from '../../infrastructure/ids.js';
import type { CreateTeamDto, TeamDto, UpdateTeamDto } from './team.dto.js';

@Injectable()
export class TeamsService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly answers: IdempotentAnswers,
  ) {}

  async create(orgId: string, dto: CreateTeamDto): Promise<TeamDto> {
    const id = newId();
    return this.tenants.withTenant(orgId, async (tx) => {
      const team = { id, name: dto.name, description: dto.description ?? null };
      if (!(await tx.teams.insert(team))) throw nameTaken(dto.name);
      const body = showTeam(await findTeam(tx, id));
      tx.audit.append({ action: 'team.create', subject: body.id, after: auditedOf(team) });
      await this.answers.settle(tx, { status: 201, location: `/v1/teams/${body.id}`, body });
      return body;
    });
  }

  async list(orgId: string, query: PageQuery): Promise<Page<TeamDto>> {
    const page = idPage(query, 'team');
    const rows = await this.tenants.withTenant(orgId, (tx) => tx.teams.list(page));
    return toPage(rows, page.limit, showTeam, idCursor('team'));
  }

  async get(orgId: string, id: string): Promise<TeamDto> {
    return showTeam(await this.tenants.withTenant(orgId, (tx) => findTeam(tx, id)));
  }

  async update(orgId: string, id: string, { name, description }: UpdateTeamDto): Promise<TeamDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const team = await findTeam(tx, id);
      const changed = {
        name: name ?? team.name,
        description: description === undefined ? team.description : description,
      };
      if (!(await tx.teams.update(id, changed))) throw nameTaken(changed.name);
      tx.audit.append({
        action: 'team.update',
        subject: toTypeId('team', id),
        before: auditedOf(team),
        after: auditedOf(changed),
      });
      return showTeam({ ...team, ...changed });
    });
  }

  async delete(orgId: string, id: string): Promise<void> {
    await this.tenants.withTenant(orgId, async (tx) => {
      const team = await findTeam(tx, id);
      if (!(await tx.teams.delete(id))) throw notFound('team');
      tx.audit.append({ action: 'team.delete', subject: toTypeId('team', id), before: auditedOf(team) });
    });
  }

  /** Puts a member of the org into the team; a second time changes nothing. */
  async addMember(orgId: string, teamId: string, userId: string): Promise<TeamDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      await findTeam(tx, teamId);
      if (!(await tx.memberships.find(userId))) throw notFound('user');
      await tx.teams.addMember(teamId, userId);
      tx.audit.append(memberEvent('team.add_member', teamId, userId));
      return showTeam(await findTeam(tx, teamId));
    });
  }

  async removeMember(orgId: string, teamId: string, userId: string): Promise<TeamDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      await findTeam(tx, teamId);
      if (!(await tx.memberships.find(userId))) throw notFound('user');
      await tx.teams.removeMember(teamId, userId);
      tx.audit.append(memberEvent('team.remove_member', teamId, userId));
      return showTeam(await findTeam(tx, teamId));
    });
  }
}

async function findTeam(tx: TenantTransaction, id: string): Promise<TeamRow> {
  const team = await tx.teams.find(id);
  if (!team) throw notFound('team');
  return team;
}

function auditedOf({ name, description }: Pick<TeamRow, 'name' | 'description'>) {
  return { name, description };
}

function memberEvent(action: string, teamId: string, userId: string): AuditEvent {
  return { action, subject: toTypeId('team', teamId), after: { userId: toTypeId('user', userId) } };
}

function nameTaken(name: string): DocketError {
  return new DocketError('team.name_taken', `There is a team ${name} already. Choose another name.`);
}

function showTeam(row: TeamRow): TeamDto {
  return {
    id: toTypeId('team', row.id),
    name: row.name,
    description: row.description,
    memberIds: row.memberIds.map((id) => toTypeId('user', id)),
    createdAt: row.createdAt.toISOString(),
  };
}
