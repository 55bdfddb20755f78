import type { InvitationRow } from '@docket/db/people/invitation';
import { SystemDatabase } from '@docket/db/system-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { hashSecret } from '../../access/secret-hash.js';
import { ApiSettings } from '../../api-settings.js';
import { nameActor } from '../../http/request-scope.js';
import { newId } from '../../infrastructure/ids.js';
import { RequestLimits } from '../../limits/request-limits.service.js';
import type { AcceptInvitationDto, SessionTokensDto } from '../auth/auth.dto.js';
import { PasswordHasher } from '../auth/password-hasher.js';
import { checkNewPassword } from '../auth/password-policy.js';
import { SessionTokensService } from '../auth/session-tokens.service.js';
import { SignInService } from '../auth/sign-in.service.js';

interface FoundInvitation {
  orgId: string;
  row: InvitationRow;
}

@Injectable()
export class InvitationAcceptanceService {
  constructor(
    private readonly system: SystemDatabase,
    private readonly tenants: TenantDatabase,
    private readonly signIns: SignInService,
    private readonly hasher: PasswordHasher,
    private readonly tokens: SessionTokensService,
    private readonly settings: ApiSettings,
    private readonly limits: RequestLimits,
  ) {}

  /**
   * Makes the person an invitation is for a member, and signs them in. The invitation is for its address: a person who
   * has that address proves it by their password, and otherwise the person is made with it. It counts once.
   */
  async accept(dto: AcceptInvitationDto, userAgent: string | null): Promise<SessionTokensDto> {
    const { orgId, row } = await this.find(dto.token);
    const knownId = await this.system.findUser(row.email);
    const userId =
      knownId === null
        ? await this.joinAsNew(orgId, row, dto)
        : await this.joinAsKnown(orgId, row, knownId, dto);
    return this.tokens.open(userId, toTypeId('org', orgId), userAgent);
  }

  private async find(token: string): Promise<FoundInvitation> {
    const found = await this.system.findInvitation(hashSecret(token, this.settings.values.API_KEY_PEPPER));
    if (!found) throw notUsable();
    const row = await this.tenants.withTenant(found.orgId, (tx) => tx.invitations.find(found.invitationId));
    if (!row || row.acceptedAt || row.revokedAt || row.expired) throw notUsable();
    return { orgId: found.orgId, row };
  }

  private async joinAsKnown(
    orgId: string,
    row: InvitationRow,
    userId: string,
    dto: AcceptInvitationDto,
  ): Promise<string> {
    await this.limits.countAccount(row.email);
    if (!(await this.signIns.isPasswordOf(userId, dto.password))) {
      throw new DocketError(
        'auth.invalid',
        'This address is known already, with another password. Give the one it has.',
      );
    }
    await this.tenants.withTenant(orgId, async (tx) => {
      if (!(await tx.invitations.accept(row.id))) throw notUsable();
      await tx.memberships.add(userId, row.role);
      noteJoin(tx, userId, row);
    });
    return userId;
  }

  private async joinAsNew(orgId: string, row: InvitationRow, dto: AcceptInvitationDto): Promise<string> {
    const { name } = dto;
    if (name === undefined) {
      const message = 'is required of a new person';
      throw new DocketError('request.invalid', `name: ${message}`, {
        problems: [{ path: 'name', code: 'is_required', message }],
      });
    }
    checkNewPassword(dto.password, row.email, 'password');
    const hash = await this.hasher.hash(dto.password);
    const userId = newId();
    await this.tenants.withMember(orgId, userId, async (tx, person) => {
      if (!(await tx.invitations.accept(row.id))) throw notUsable();
      // Somebody with this address came through another invitation just now; asked again, they are known.
      if (!(await person.users.create({ email: row.email, name }))) throw notUsable();
      await person.passwords.set(hash);
      await tx.memberships.add(userId, row.role);
      noteJoin(tx, userId, row);
    });
    return userId;
  }
}

/** By now whoever asks has shown who they are. */
function noteJoin(tx: TenantTransaction, userId: string, { id, role }: InvitationRow): void {
  const subject = toTypeId('user', userId);
  nameActor('user', subject);
  tx.audit.append({
    action: 'user.join',
    subject,
    after: { role, invitationId: toTypeId('invitation', id) },
  });
}

function notUsable(): DocketError {
  return new DocketError(
    'invitation.not_usable',
    'The invitation is unknown, used, revoked or expired. Ask for a new one.',
  );
}
