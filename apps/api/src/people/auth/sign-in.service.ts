import { InstallationLog } from '@docket/db/audit/installation-log';
import { PersonDatabase } from '@docket/db/person-database';
import { SystemDatabase } from '@docket/db/system-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { newId } from '../../infrastructure/ids.js';
import { RequestLimits } from '../../limits/request-limits.service.js';
import { normaliseEmail } from '../email-address.js';
import type { ChangePasswordDto, SignInDto, SessionTokensDto } from './auth.dto.js';
import type { UserPrincipal } from '../../access/principal.js';
import { PasswordHasher } from './password-hasher.js';
import { checkNewPassword } from './password-policy.js';
import { SessionTokensService } from './session-tokens.service.js';

@Injectable()
export class SignInService {
  constructor(
    private readonly system: SystemDatabase,
    private readonly people: PersonDatabase,
    private readonly tenants: TenantDatabase,
    private readonly hasher: PasswordHasher,
    private readonly tokens: SessionTokensService,
    private readonly limits: RequestLimits,
    private readonly log: InstallationLog,
  ) {}

  /**
   * A new session for an address and its password. An unknown address and a wrong password get the same answer after the
   * same work.
   */
  async signIn(dto: SignInDto, userAgent: string | null): Promise<SessionTokensDto> {
    const email = normaliseEmail(dto.email);
    await this.limits.countAccount(email);
    const userId = await this.system.findUser(email);
    if (!(await this.isPasswordOf(userId, dto.password)) || userId === null) {
      // The same work for somebody and nobody. What was typed stays out of it: it may be a password in the wrong field.
      await this.log.append({
        action: 'session.refuse',
        subject: userId === null ? 'unknown' : toTypeId('user', userId),
      });
      throw new DocketError('auth.invalid', 'The address or the password is wrong.');
    }
    return this.tokens.open(userId, dto.orgId, userAgent);
  }

  /** Whether the password is this person's. Nobody's takes as long as somebody's. */
  async isPasswordOf(userId: string | null, password: string): Promise<boolean> {
    const hash = await this.people.withPerson(userId ?? newId(), (person) => person.passwords.findHash());
    return this.hasher.verify(password, hash);
  }

  /** Sets a new password and ends every other session: whoever knew the old one is out. */
  async changePassword(caller: UserPrincipal, dto: ChangePasswordDto): Promise<void> {
    const user = await this.people.withPerson(caller.userId, (person) => person.users.find());
    const email = user?.email ?? '';
    await this.limits.countAccount(email);
    if (!(await this.isPasswordOf(caller.userId, dto.currentPassword))) {
      throw new DocketError('password.wrong', 'The current password is wrong.');
    }
    checkNewPassword(dto.newPassword, email, 'newPassword');
    const hash = await this.hasher.hash(dto.newPassword);
    await this.tenants.withMember(caller.orgId, caller.userId, async (tx, person) => {
      await person.passwords.set(hash);
      await person.sessions.endOthers(caller.sessionId, 'password_changed');
      tx.audit.append({ action: 'user.change_password', subject: toTypeId('user', caller.userId) });
    });
  }
}
