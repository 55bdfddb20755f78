import type { MemberRow } from '@docket/db/people/membership';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { Role } from '@docket/domain/access/roles';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { rankOf, type Principal, type UserPrincipal } from '../../access/principal.js';
import { notFound } from '../../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../../http/page.js';
import type { MemberDto } from './user.dto.js';

/** The members of an org and what they are in it. */
@Injectable()
export class UsersService {
  constructor(private readonly tenants: TenantDatabase) {}

  async list(orgId: string, query: PageQuery): Promise<Page<MemberDto>> {
    const page = idPage(query, 'user');
    const rows = await this.tenants.withTenant(orgId, (tx) => tx.memberships.list(page));
    return toPage(rows, page.limit, showMember, idCursor('user'));
  }

  async get(orgId: string, userId: string): Promise<MemberDto> {
    return showMember(await this.tenants.withTenant(orgId, (tx) => findMember(tx, userId)));
  }

  /**
   * Gives a member another role, which counts from their next request on.
   *
   * @throws DocketError `role.too_high` when it takes an owner, `org.last_owner` when nobody else would be one
   */
  async changeRole(caller: Principal, userId: string, role: Role): Promise<MemberDto> {
    return this.tenants.withTenant(caller.orgId, async (tx) => {
      await tx.memberships.lock();
      const member = await findMember(tx, userId);
      if (member.role === 'owner' || role === 'owner') requireOwner(caller);
      if (member.role === 'owner' && role !== 'owner') await requireAnotherOwner(tx, userId);
      await tx.memberships.setRole(userId, role);
      tx.audit.append({
        action: 'user.change_role',
        subject: toTypeId('user', userId),
        before: { role: member.role },
        after: { role },
      });
      return showMember({ ...member, role });
    });
  }

  /** Takes a member out of the org; their next request is refused. Their account and other orgs stay. */
  async remove(caller: Principal, userId: string): Promise<void> {
    await this.tenants.withTenant(caller.orgId, async (tx) => {
      await tx.memberships.lock();
      const member = await findMember(tx, userId);
      if (member.role === 'owner') {
        requireOwner(caller);
        await requireAnotherOwner(tx, userId);
      }
      await tx.memberships.remove(userId);
      tx.audit.append({
        action: 'user.remove',
        subject: toTypeId('user', userId),
        before: { role: member.role },
      });
    });
  }

  /** Whoever wants to go may, unless the org would be left without an owner. */
  async leave(caller: UserPrincipal): Promise<void> {
    await this.tenants.withTenant(caller.orgId, async (tx) => {
      await tx.memberships.lock();
      const { role } = await findMember(tx, caller.userId);
      if (role === 'owner') await requireAnotherOwner(tx, caller.userId);
      await tx.memberships.remove(caller.userId);
      tx.audit.append({ action: 'user.leave', subject: toTypeId('user', caller.userId), before: { role } });
    });
  }
}

async function findMember(tx: TenantTransaction, userId: string): Promise<MemberRow> {
  const member = await tx.memberships.find(userId);
  if (!member) throw notFound('user');
  return member;
}

function requireOwner(caller: Principal): void {
  if (rankOf(caller) === 'owner') return;
  throw new DocketError('role.too_high', 'Only an owner makes, changes or removes an owner.');
}

async function requireAnotherOwner(tx: TenantTransaction, userId: string): Promise<void> {
  if ((await tx.memberships.countOtherOwners(userId)) > 0) return;
  throw new DocketError(
    'org.last_owner',
    'This is the only owner. Make somebody else an owner first: an organisation always has one.',
  );
}

function showMember(row: MemberRow): MemberDto {
  return {
    id: toTypeId('user', row.id),
    email: row.email,
    name: row.name,
    role: row.role,
    joinedAt: row.createdAt.toISOString(),
  };
}
