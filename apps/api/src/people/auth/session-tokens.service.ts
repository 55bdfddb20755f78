import { PersonDatabase } from '@docket/db/person-database';
import { SystemDatabase } from '@docket/db/system-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { PersonTransaction } from '@docket/db/person-transaction';
import type { RefreshTokenRow } from '@docket/db/people/session';
import type { Role } from '@docket/domain/access/roles';
import { DocketError } from '@docket/domain/errors';
import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { hashSecret } from '../../access/secret-hash.js';
import { ApiSettings } from '../../api-settings.js';
import { notFound } from '../../http/ids.js';
import { nameActor } from '../../http/request-scope.js';
import { newId } from '../../infrastructure/ids.js';
import { ACCESS_TOKEN_SECONDS, AccessTokens } from './access-tokens.js';
import type { SessionTokensDto } from './auth.dto.js';
import { endSession } from './end-session.js';
import { issueRefreshToken, readRefreshToken, type RefreshTokenOwner } from './refresh-token.js';

/**
 * How long a replaced refresh token may still be shown: for a client whose answer was lost, or two windows that refresh
 * at once. Any later it counts as stolen.
 */
const GRACE_MS = 10_000;
/** Refresh tokens of one session that may be outstanding at once. */
const MOST_TOKENS = 10;
const DAY_SECONDS = 86_400;

/** Opens sessions and keeps them going: an access token for ten minutes, and a refresh token for the next. */
@Injectable()
export class SessionTokensService {
  constructor(
    private readonly system: SystemDatabase,
    private readonly tenants: TenantDatabase,
    private readonly people: PersonDatabase,
    private readonly accessTokens: AccessTokens,
    private readonly settings: ApiSettings,
  ) {}

  /**
   * A new session of somebody who has proved who they are.
   *
   * @param wantedOrg public id; without it, the first org they joined
   * @throws DocketError `org.not_found` for one that is not theirs, `auth.no_organisation` when they have none
   */
  async open(
    userId: string,
    wantedOrg: string | undefined,
    userAgent: string | null,
  ): Promise<SessionTokensDto> {
    const orgId = chooseOrg(await this.system.orgsOfUser(userId), wantedOrg, null);
    const owner = { userId, sessionId: newId() };
    const refreshToken = issueRefreshToken(owner, this.pepper);
    nameActor('user', toTypeId('user', userId));
    await this.tenants.withMember(orgId, userId, async (tx, person) => {
      await person.sessions.open({
        id: owner.sessionId,
        orgId,
        userAgent,
        idleSeconds: this.settings.values.SESSION_IDLE_DAYS * DAY_SECONDS,
        token: this.stored(refreshToken),
      });
      tx.audit.append({
        action: 'session.open',
        subject: toTypeId('session', owner.sessionId),
        after: { userAgent },
      });
    });
    return this.show(owner, orgId, refreshToken);
  }

  /**
   * New tokens for the newest refresh token of a session. One that was replaced is taken for a short grace; later, or
   * once its successor was used, it counts as stolen and the whole session ends.
   *
   * @throws DocketError `auth.invalid` for a token that does not count
   */
  async refresh(token: string, wantedOrg: string | undefined): Promise<SessionTokensDto> {
    const owner = readRefreshToken(token, this.pepper);
    if (!owner) throw invalidRefreshToken();
    const orgIds = await this.system.orgsOfUser(owner.userId);
    const next = issueRefreshToken(owner, this.pepper);
    // A refusal must not undo the end of the session, so it is thrown after the commit.
    const session = await this.people.withPerson(owner.userId, (person) =>
      person.sessions.lockOpen(owner.sessionId),
    );
    if (!session) throw invalidRefreshToken();
    // As the session's org, in whose audit its end is told.
    const orgId = await this.tenants.withMember(session.orgId, owner.userId, (tx, person) =>
      this.rotate(tx, person, owner.sessionId, {
        shown: token,
        next,
        choose: (current) => chooseOrg(orgIds, wantedOrg, current),
      }),
    );
    if (orgId === null) throw invalidRefreshToken();
    return this.show(owner, orgId, next);
  }

  /** Ends the session of a refresh token, whichever of its tokens it is; for any other string it does nothing. */
  async signOut(token: string): Promise<void> {
    const owner = readRefreshToken(token, this.pepper);
    if (!owner) return;
    const session = await this.people.withPerson(owner.userId, (person) =>
      person.sessions.lockOpen(owner.sessionId),
    );
    if (!session) return;
    nameActor('user', toTypeId('user', owner.userId));
    await this.tenants.withMember(session.orgId, owner.userId, (tx, person) =>
      endSession(tx, person, owner.sessionId, 'signed_out'),
    );
  }

  /** The org of the new access token; null when the token is refused. */
  private async rotate(
    tx: TenantTransaction,
    person: PersonTransaction,
    sessionId: string,
    turn: { shown: string; next: string; choose: (current: string) => string },
  ): Promise<string | null> {
    const session = await person.sessions.lockOpen(sessionId);
    if (!session) return null;
    const shown = await person.sessions.findToken(sessionId, hashSecret(turn.shown, this.pepper));
    if (!shown || isBeyondGrace(shown)) {
      await endSession(tx, person, sessionId, 'token_reused');
      return null;
    }
    const orgId = turn.choose(session.orgId);
    const { SESSION_IDLE_DAYS, SESSION_MAX_DAYS } = this.settings.values;
    await person.sessions.replaceToken(sessionId, shown, this.stored(turn.next), MOST_TOKENS);
    await person.sessions.prolong(sessionId, orgId, {
      idleSeconds: SESSION_IDLE_DAYS * DAY_SECONDS,
      longestSeconds: SESSION_MAX_DAYS * DAY_SECONDS,
    });
    return orgId;
  }

  private async show(
    owner: RefreshTokenOwner,
    orgId: string,
    refreshToken: string,
  ): Promise<SessionTokensDto> {
    const { role, name } = await this.membership(orgId, owner.userId);
    return {
      accessToken: await this.accessTokens.issue({ ...owner, orgId }),
      tokenType: 'Bearer',
      expiresInSeconds: ACCESS_TOKEN_SECONDS,
      refreshToken,
      userId: toTypeId('user', owner.userId),
      org: { id: toTypeId('org', orgId), name },
      role,
    };
  }

  private async membership(orgId: string, userId: string): Promise<{ role: Role; name: string }> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const role = await tx.memberships.findRole(userId);
      const org = await tx.orgs.find();
      if (role === null || !org) throw noOrganisation();
      return { role, name: org.name };
    });
  }

  private stored(token: string): { id: string; hash: Buffer } {
    return { id: newId(), hash: hashSecret(token, this.pepper) };
  }

  private get pepper(): string {
    return this.settings.values.API_KEY_PEPPER;
  }
}

function isBeyondGrace({ replacedForMs }: RefreshTokenRow): boolean {
  return replacedForMs !== null && replacedForMs > GRACE_MS;
}

/** The org a person works in: the one they ask for, else the present one, else the first they joined. */
function chooseOrg(orgIds: readonly string[], wanted: string | undefined, current: string | null): string {
  if (wanted !== undefined) {
    const orgId = parseTypeId('org', wanted);
    if (orgId === null || !orgIds.includes(orgId)) throw notFound('org');
    return orgId;
  }
  const orgId = current !== null && orgIds.includes(current) ? current : orgIds[0];
  if (orgId === undefined) throw noOrganisation();
  return orgId;
}

function noOrganisation(): DocketError {
  return new DocketError('auth.no_organisation', 'You belong to no organisation. Ask for an invitation.');
}

function invalidRefreshToken(): DocketError {
  return new DocketError('auth.invalid', 'The refresh token is unknown, used or expired. Sign in again.');
}
