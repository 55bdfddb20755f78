import type { Role } from '@docket/domain/access/roles';
import type { EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';

export interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  createdAt: Date;
  expiresAt: Date;
  acceptedAt: Date | null;
  revokedAt: Date | null;
  /** By the database's clock. */
  expired: boolean;
}

const COLUMNS = `id, email, role, created_at as "createdAt", expires_at as "expiresAt", accepted_at as "acceptedAt",
  revoked_at as "revokedAt", expires_at <= now() as expired`;
const IS_OPEN = 'accepted_at is null and revoked_at is null';

export class InvitationRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Makes an invitation. An open one for the same address is revoked by it, so that one token counts at a time. */
  async create(invitation: {
    id: string;
    email: string;
    role: Role;
    tokenHash: Buffer;
    lastsSeconds: number;
  }): Promise<InvitationRow> {
    await this.manager.query(
      `update invitations set revoked_at = now() where org_id = $1 and email = $2 and ${IS_OPEN}`,
      [this.orgId, invitation.email],
    );
    const rows: InvitationRow[] = await this.manager.query(
      `insert into invitations (org_id, id, email, role, token_hash, expires_at)
         values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) returning ${COLUMNS}`,
      [
        this.orgId,
        invitation.id,
        invitation.email,
        invitation.role,
        invitation.tokenHash,
        invitation.lastsSeconds,
      ],
    );
    const [row] = rows;
    if (!row) throw new Error('an insert returned no row');
    return row;
  }

  async list(page: PageRequest): Promise<InvitationRow[]> {
    return this.manager.query(
      `select ${COLUMNS} from invitations
        where org_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [this.orgId, page.beforeId, page.limit + 1],
    );
  }

  async find(id: string): Promise<InvitationRow | null> {
    const rows: InvitationRow[] = await this.manager.query(
      `select ${COLUMNS} from invitations where org_id = $1 and id = $2`,
      [this.orgId, id],
    );
    return rows[0] ?? null;
  }

  /** Marks an invitation accepted; false when it is used, revoked or expired. Of two at once, one is told true. */
  async accept(id: string): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update invitations set accepted_at = now()
        where org_id = $1 and id = $2 and ${IS_OPEN} and expires_at > now() returning id`,
      [this.orgId, id],
    );
    return rows.length === 1;
  }

  /** Revokes an invitation that nobody accepted yet; a second time changes nothing. */
  async revoke(id: string): Promise<void> {
    await this.manager.query(
      `update invitations set revoked_at = now() where org_id = $1 and id = $2 and ${IS_OPEN}`,
      [this.orgId, id],
    );
  }
}
