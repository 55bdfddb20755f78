import { QueryFailedError, type EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';

export interface TeamRow {
  id: string;
  name: string;
  description: string | null;
  createdAt: Date;
  memberIds: string[];
}

const TEAM_COLUMNS = `t.id, t.name, t.description, t.created_at as "createdAt",
  array(select m.user_id::text from team_members m where m.org_id = t.org_id and m.team_id = t.id
         order by m.user_id) as "memberIds"`;

export class TeamRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Makes a team; false when the name is taken. */
  async insert(team: { id: string; name: string; description: string | null }): Promise<boolean> {
    const inserted: unknown[] = await this.manager.query(
      `insert into teams (org_id, id, name, description) values ($1, $2, $3, $4)
         on conflict (org_id, name) do nothing returning id`,
      [this.orgId, team.id, team.name, team.description],
    );
    return inserted.length === 1;
  }

  async find(id: string): Promise<TeamRow | null> {
    const rows: TeamRow[] = await this.manager.query(
      `select ${TEAM_COLUMNS} from teams t where t.org_id = $1 and t.id = $2`,
      [this.orgId, id],
    );
    return rows[0] ?? null;
  }

  async list(page: PageRequest): Promise<TeamRow[]> {
    return this.manager.query(
      `select ${TEAM_COLUMNS} from teams t
        where t.org_id = $1 and ($2::uuid is null or t.id < $2) order by t.id desc limit $3`,
      [this.orgId, page.beforeId, page.limit + 1],
    );
  }

  /** Changes a team; false when the name is taken, after which the transaction can only be rolled back. */
  async update(id: string, team: { name: string; description: string | null }): Promise<boolean> {
    try {
      await this.manager.query('update teams set name = $3, description = $4 where org_id = $1 and id = $2', [
        this.orgId,
        id,
        team.name,
        team.description,
      ]);
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  /** Deletes a team, not its people; false when there is none. */
  async delete(id: string): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      'delete from teams where org_id = $1 and id = $2 returning id',
      [this.orgId, id],
    );
    return rows.length === 1;
  }

  /** Puts a member of the org into a team; a second time changes nothing. */
  async addMember(teamId: string, userId: string): Promise<void> {
    await this.manager.query(
      `insert into team_members (org_id, team_id, user_id) values ($1, $2, $3)
         on conflict (org_id, team_id, user_id) do nothing`,
      [this.orgId, teamId, userId],
    );
  }

  async removeMember(teamId: string, userId: string): Promise<void> {
    await this.manager.query('delete from team_members where org_id = $1 and team_id = $2 and user_id = $3', [
      this.orgId,
      teamId,
      userId,
    ]);
  }
}

function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const cause: unknown = error.driverError;
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === '23505';
}
