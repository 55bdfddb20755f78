import type { Role } from '@docket/domain/access/roles';
import type { EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';

export interface MemberRow {
  /** Of the user. */
  id: string;
  email: string;
  name: string;
  role: Role;
  /** When they joined the org. */
  createdAt: Date;
}

const MEMBER_COLUMNS = 'u.id, u.email, u.name, m.role, m.created_at as "createdAt"';

/** The role of a person whose session is open, as that person and that org. */
export const ROLE_IN_SESSION_SQL = `select m.role from memberships m join sessions s on s.user_id = m.user_id
  where m.org_id = $1 and m.user_id = $2 and s.id = $3 and s.ended_at is null and s.expires_at > now()`;

/** Who belongs to the org, and as what. */
export class MembershipRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async findRole(userId: string): Promise<Role | null> {
    const rows: { role: Role }[] = await this.manager.query(
      'select role from memberships where org_id = $1 and user_id = $2',
      [this.orgId, userId],
    );
    return rows[0]?.role ?? null;
  }

  async find(userId: string): Promise<MemberRow | null> {
    const rows: MemberRow[] = await this.manager.query(
      `select ${MEMBER_COLUMNS} from memberships m join users u on u.id = m.user_id
        where m.org_id = $1 and m.user_id = $2`,
      [this.orgId, userId],
    );
    return rows[0] ?? null;
  }

  /** Members by the age of their account, newest first. */
  async list(page: PageRequest): Promise<MemberRow[]> {
    return this.manager.query(
      `select ${MEMBER_COLUMNS} from memberships m join users u on u.id = m.user_id
        where m.org_id = $1 and ($2::uuid is null or m.user_id < $2) order by m.user_id desc limit $3`,
      [this.orgId, page.beforeId, page.limit + 1],
    );
  }

  /** Makes a person a member; false when they are one already, whose role stays. */
  async add(userId: string, role: Role): Promise<boolean> {
    const inserted: unknown[] = await this.manager.query(
      `insert into memberships (org_id, user_id, role) values ($1, $2, $3)
         on conflict (org_id, user_id) do nothing returning user_id`,
      [this.orgId, userId, role],
    );
    return inserted.length === 1;
  }

  async setRole(userId: string, role: Role): Promise<void> {
    await this.manager.query('update memberships set role = $3 where org_id = $1 and user_id = $2', [
      this.orgId,
      userId,
      role,
    ]);
  }

  /** Takes a person out of the org and of its teams. */
  async remove(userId: string): Promise<void> {
    await this.manager.query('delete from memberships where org_id = $1 and user_id = $2', [
      this.orgId,
      userId,
    ]);
  }

  /**
   * Lets one transaction at a time change who is what in this org, so that of two owners who leave at once the second
   * counts after the first has gone. Inserts that point to the org pass.
   */
  async lock(): Promise<void> {
    await this.manager.query('select 1 from orgs where id = $1 for no key update', [this.orgId]);
  }

  /** Owners other than this person. */
  async countOtherOwners(userId: string): Promise<number> {
    const rows: { owners: number }[] = await this.manager.query(
      `select count(*)::integer as owners from memberships
        where org_id = $1 and role = 'owner' and user_id <> $2`,
      [this.orgId, userId],
    );
    return rows[0]?.owners ?? 0;
  }
}
