import { TenantReads } from '@docket/db/tenant-reads';
import { Injectable } from '@nestjs/common';
import type { UserPrincipal } from '../../access/principal.js';
import { AccessTokens } from './access-tokens.js';

@Injectable()
export class UserAuthenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly reads: TenantReads,
  ) {}

  /**
   * Whom an access token speaks for, with the role of this very moment; null when it is none, or its session has ended,
   * or the person has left the org.
   */
  async identify(token: string): Promise<UserPrincipal | null> {
    const claims = await this.tokens.verify(token);
    if (!claims) return null;
    const { orgId, userId, sessionId } = claims;
    const role = await this.reads.roleInSession(orgId, userId, sessionId);
    return role === null ? null : { kind: 'user', orgId, userId, sessionId, role };
  }
}
