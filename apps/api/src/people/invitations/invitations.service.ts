import { SystemDatabase } from '@docket/db/system-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { isAtLeast, type Role } from '@docket/domain/access/roles';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { rankOf, type Principal } from '../../access/principal.js';
import { hashSecret } from '../../access/secret-hash.js';
import { ApiSettings } from '../../api-settings.js';
import { notFound } from '../../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../../http/page.js';
import { IdempotentAnswers } from '../../idempotency/idempotent-answers.js';
import { newId } from '../../infrastructure/ids.js';
import { normaliseEmail } from '../email-address.js';
import type { CreateInvitationDto, InvitationDto, IssuedInvitationDto } from './invitation.dto.js';
import { showInvitation } from './invitation.presenter.js';

const HOUR_SECONDS = 3_600;

@Injectable()
export class InvitationsService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly system: SystemDatabase,
    private readonly settings: ApiSettings,
    private readonly answers: IdempotentAnswers,
  ) {}

  /**
   * Invites an address. Its token is in the answer and nowhere else: whoever invites hands it over. An open invitation
   * of the same address no longer counts.
   *
   * @throws DocketError `role.too_high` beyond the inviter's own role, `user.already_member`
   */
  async create(caller: Principal, dto: CreateInvitationDto): Promise<IssuedInvitationDto> {
    if (!isAtLeast(rankOf(caller), dto.role)) {
      throw new DocketError('role.too_high', `You cannot invite as ${dto.role}: it is more than you are.`);
    }
    const userId = await this.system.findUser(normaliseEmail(dto.email));
    return this.tenants.withTenant(caller.orgId, async (tx) => {
      // Of two invitations to one address at once, the later takes the place of the earlier.
      await tx.memberships.lock();
      if (userId !== null && (await tx.memberships.findRole(userId)) !== null) {
        throw new DocketError('user.already_member', `${dto.email} belongs to the organisation already.`);
      }
      const invitation = await this.issue(tx, dto.email, dto.role);
      await this.answers.settle(tx, { status: 201, isSecret: true });
      return invitation;
    });
  }

  /** An invitation within a transaction of its org, for whoever has checked that it may be made. */
  async issue(tx: TenantTransaction, email: string, role: Role): Promise<IssuedInvitationDto> {
    const token = `di_${randomBytes(32).toString('base64url')}`;
    const row = await tx.invitations.create({
      id: newId(),
      email: normaliseEmail(email),
      role,
      tokenHash: hashSecret(token, this.settings.values.API_KEY_PEPPER),
      lastsSeconds: this.settings.values.INVITATION_HOURS * HOUR_SECONDS,
    });
    // Not whom it is for: the chain cannot forget an address.
    tx.audit.append({
      action: 'invitation.create',
      subject: toTypeId('invitation', row.id),
      after: { role, expiresAt: row.expiresAt },
    });
    return { ...showInvitation(row), token };
  }

  async list(orgId: string, query: PageQuery): Promise<Page<InvitationDto>> {
    const page = idPage(query, 'invitation');
    const rows = await this.tenants.withTenant(orgId, (tx) => tx.invitations.list(page));
    return toPage(rows, page.limit, showInvitation, idCursor('invitation'));
  }

  /** Makes the token worthless; a second time changes nothing. One that was accepted stays accepted. */
  async revoke(orgId: string, id: string): Promise<void> {
    await this.tenants.withTenant(orgId, async (tx) => {
      const invitation = await tx.invitations.find(id);
      if (!invitation) throw notFound('invitation');
      if (invitation.acceptedAt || invitation.revokedAt) return;
      await tx.invitations.revoke(id);
      tx.audit.append({ action: 'invitation.revoke', subject: toTypeId('invitation', id) });
    });
  }
}
