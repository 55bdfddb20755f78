import { PersonDatabase } from '@docket/db/person-database';
import type { SessionRow } from '@docket/db/people/session';
import { TenantDatabase } from '@docket/db/tenant-database';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import type { UserPrincipal } from '../../access/principal.js';
import { notFound } from '../../http/ids.js';
import type { SessionDto, SessionsDto } from './auth.dto.js';
import { endSession } from './end-session.js';

/** A person's own sessions. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly people: PersonDatabase,
    private readonly tenants: TenantDatabase,
  ) {}

  async list(caller: UserPrincipal): Promise<SessionsDto> {
    const rows = await this.people.withPerson(caller.userId, (person) => person.sessions.listOpen());
    return { data: rows.map((row) => showSession(row, caller.sessionId)) };
  }

  /** Ends a session: its access token is refused from the next request on. */
  async end(caller: UserPrincipal, sessionId: string): Promise<void> {
    const ended = await this.tenants.withMember(caller.orgId, caller.userId, (tx, person) =>
      endSession(tx, person, sessionId, 'ended_by_user'),
    );
    if (!ended) throw notFound('session');
  }
}

function showSession(row: SessionRow, currentId: string): SessionDto {
  return {
    id: toTypeId('session', row.id),
    current: row.id === currentId,
    userAgent: row.userAgent,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}
