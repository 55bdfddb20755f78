import type { EntityManager } from 'typeorm';

export type SessionEnd = 'signed_out' | 'ended_by_user' | 'password_changed' | 'token_reused';

export interface SessionRow {
  id: string;
  orgId: string;
  userAgent: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

export interface RefreshTokenRow {
  id: string;
  parentId: string | null;
  /** Milliseconds since it was replaced, by the database's clock; null for one that was not. */
  replacedForMs: number | null;
}

export interface NewRefreshToken {
  id: string;
  hash: Buffer;
}

const SESSION_COLUMNS = `id, org_id as "orgId", user_agent as "userAgent", created_at as "createdAt",
  last_used_at as "lastUsedAt", expires_at as "expiresAt"`;
const IS_OPEN = 'ended_at is null and expires_at > now()';

/** Sessions of the person of this transaction, each with the refresh tokens that may still be shown. */
export class SessionRepository {
  constructor(
    private readonly userId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Opens a session with its first refresh token. `idleSeconds` is how long it lasts unless it is refreshed. */
  async open(session: {
    id: string;
    orgId: string;
    userAgent: string | null;
    idleSeconds: number;
    token: NewRefreshToken;
  }): Promise<void> {
    await this.manager.query(
      `insert into sessions (user_id, id, org_id, user_agent, expires_at)
         values ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
      [this.userId, session.id, session.orgId, session.userAgent, session.idleSeconds],
    );
    await this.addToken(session.id, null, session.token);
  }

  /** Sessions that are open, newest first. */
  async listOpen(): Promise<SessionRow[]> {
    return this.manager.query(
      `select ${SESSION_COLUMNS} from sessions where user_id = $1 and ${IS_OPEN} order by id desc`,
      [this.userId],
    );
  }

  /** The session when it is open, locked until the end of the transaction: two refreshes go one after the other. */
  async lockOpen(sessionId: string): Promise<SessionRow | null> {
    const rows: SessionRow[] = await this.manager.query(
      `select ${SESSION_COLUMNS} from sessions where user_id = $1 and id = $2 and ${IS_OPEN} for update`,
      [this.userId, sessionId],
    );
    return rows[0] ?? null;
  }

  /** The token of a session with this hash, unless it is so old that it was removed. */
  async findToken(sessionId: string, hash: Buffer): Promise<RefreshTokenRow | null> {
    const rows: RefreshTokenRow[] = await this.manager.query(
      `select id, parent_id as "parentId",
              (extract(epoch from now() - replaced_at) * 1000)::integer as "replacedForMs"
         from refresh_tokens where user_id = $1 and session_id = $2 and token_hash = $3`,
      [this.userId, sessionId, hash],
    );
    return rows[0] ?? null;
  }

  /**
   * Puts `next` in the place of `shown`. What `shown` once replaced is removed, since its successor has arrived; and of
   * all that are left, only the newest `most` stay.
   */
  async replaceToken(
    sessionId: string,
    shown: RefreshTokenRow,
    next: NewRefreshToken,
    most: number,
  ): Promise<void> {
    await this.manager.query('delete from refresh_tokens where user_id = $1 and id = $2', [
      this.userId,
      shown.parentId,
    ]);
    await this.manager.query(
      'update refresh_tokens set replaced_at = coalesce(replaced_at, now()) where user_id = $1 and id = $2',
      [this.userId, shown.id],
    );
    await this.addToken(sessionId, shown.id, next);
    await this.manager.query(
      `delete from refresh_tokens where user_id = $1 and id in (select id from refresh_tokens
          where user_id = $1 and session_id = $2 order by id desc offset $3)`,
      [this.userId, sessionId, most],
    );
  }

  /** Notes a refresh: the org chosen, and that the session lasts on, but never beyond `longestSeconds` of age. */
  async prolong(
    sessionId: string,
    orgId: string,
    { idleSeconds, longestSeconds }: { idleSeconds: number; longestSeconds: number },
  ): Promise<void> {
    await this.manager.query(
      `update sessions set org_id = $3, last_used_at = now(),
              expires_at = least(now() + make_interval(secs => $4), created_at + make_interval(secs => $5))
        where user_id = $1 and id = $2`,
      [this.userId, sessionId, orgId, idleSeconds, longestSeconds],
    );
  }

  /** Ends a session and all its tokens; false when it is not open. A second end changes nothing. */
  async end(sessionId: string, reason: SessionEnd): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update sessions set ended_at = now(), end_reason = $3
        where user_id = $1 and id = $2 and ${IS_OPEN} returning id`,
      [this.userId, sessionId, reason],
    );
    await this.manager.query('delete from refresh_tokens where user_id = $1 and session_id = $2', [
      this.userId,
      sessionId,
    ]);
    return rows.length === 1;
  }

  /** Ends every open session but one. */
  async endOthers(keptSessionId: string, reason: SessionEnd): Promise<void> {
    await this.manager.query(
      `update sessions set ended_at = now(), end_reason = $3 where user_id = $1 and id <> $2 and ${IS_OPEN}`,
      [this.userId, keptSessionId, reason],
    );
    await this.manager.query('delete from refresh_tokens where user_id = $1 and session_id <> $2', [
      this.userId,
      keptSessionId,
    ]);
  }

  private async addToken(sessionId: string, parentId: string | null, token: NewRefreshToken): Promise<void> {
    await this.manager.query(
      'insert into refresh_tokens (user_id, id, session_id, parent_id, token_hash) values ($1, $2, $3, $4, $5)',
      [this.userId, token.id, sessionId, parentId, token.hash],
    );
  }
}
