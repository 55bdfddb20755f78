import type { EnrichmentState } from '@docket/domain/enrichment/state-rules';
import type { EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';

export interface Ticket {
  id: string;
  externalId: string;
  revision: number;
  subject: string;
  body: string;
  language: string | null;
  channel: string | null;
  requester: { name?: string; email?: string };
  metadata: Record<string, string>;
  writtenAt: Date | null;
  state: EnrichmentState;
  createdAt: Date;
  changedAt: Date;
}

export interface NewTicket {
  id: string;
  externalId: string;
  subject: string;
  body: string;
  language: string | null;
  channel: string | null;
  requester: { name?: string; email?: string };
  metadata: Record<string, string>;
  writtenAt: Date | null;
}

export interface TicketFilter {
  state?: EnrichmentState;
  category?: string;
  priority?: string;
  /** Part of a subject or an external id, in any case. */
  q?: string;
}

const VIEW_SQL = `
  select t.id, t.external_id as "externalId", t.revision, r.subject, r.body, r.language, t.channel, t.requester, t.metadata,
         t.written_at as "writtenAt", t.state, t.created_at as "createdAt", t.changed_at as "changedAt"
    from tickets t join ticket_revisions r on r.org_id = t.org_id and r.ticket_id = t.id and r.revision = t.revision
   where t.org_id = $1`;

export class TicketRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async find(id: string): Promise<Ticket | null> {
    const rows: Ticket[] = await this.manager.query(`${VIEW_SQL} and t.id = $2`, [this.orgId, id]);
    return rows[0] ?? null;
  }

  /** Newest first, one more than asked for. */
  async list(filter: TicketFilter, page: PageRequest): Promise<Ticket[]> {
    return this.manager.query(
      `${VIEW_SQL} and ($2::uuid is null or t.id < $2) and ($3::text is null or t.state = $3)
         and ($4::text is null or t.category = $4) and ($5::text is null or t.priority = $5)
         and ($6::text is null or position(lower($6) in lower(r.subject || ' ' || t.external_id)) > 0)
       order by t.id desc limit $7`,
      [
        this.orgId,
        page.beforeId,
        filter.state ?? null,
        filter.category ?? null,
        filter.priority ?? null,
        filter.q ?? null,
        page.limit + 1,
      ],
    );
  }

  /** Writes a ticket with its first revision; false when the org has one under this external id, which is left alone. */
  async insert(ticket: NewTicket): Promise<boolean> {
    const rows: unknown[] = await this.manager.query(
      `insert into tickets (org_id, id, external_id, revision, channel, requester, metadata, written_at, state, unread_since)
       values ($1, $2, $3, 1, $4, $5, $6, $7, 'queued', now())
       on conflict (org_id, external_id) do nothing returning id`,
      [
        this.orgId,
        ticket.id,
        ticket.externalId,
        ticket.channel,
        JSON.stringify(ticket.requester),
        JSON.stringify(ticket.metadata),
        ticket.writtenAt,
      ],
    );
    if (rows.length === 0) return false;
    await this.writeRevision(ticket.id, 1, ticket);
    return true;
  }

  /** The ticket under an external id, locked: who changes it next waits for this transaction. */
  async lockByExternalId(externalId: string): Promise<Ticket | null> {
    const rows: { id: string }[] = await this.manager.query(
      'select id from tickets where org_id = $1 and external_id = $2 for update',
      [this.orgId, externalId],
    );
    return rows[0] ? this.find(rows[0].id) : null;
  }

  async lock(id: string): Promise<Ticket | null> {
    await this.manager.query('select 1 from tickets where org_id = $1 and id = $2 for update', [
      this.orgId,
      id,
    ]);
    return this.find(id);
  }

  /** Adds the next revision of a locked ticket and returns its number. */
  async addRevision(ticket: Ticket, text: Pick<NewTicket, 'subject' | 'body' | 'language'>): Promise<number> {
    const revision = ticket.revision + 1;
    await this.writeRevision(ticket.id, revision, text);
    await this.manager.query(
      `update tickets set revision = $3, changed_at = now(), unread_since = coalesce(unread_since, now())
        where org_id = $1 and id = $2`,
      [this.orgId, ticket.id, revision],
    );
    return revision;
  }

  /** Changes what is not part of a revision: no run has to read it. */
  async updateAttributes(
    id: string,
    {
      channel,
      requester,
      metadata,
      writtenAt,
    }: Pick<NewTicket, 'channel' | 'requester' | 'metadata' | 'writtenAt'>,
  ): Promise<void> {
    await this.manager.query(
      `update tickets set channel = coalesce($3, channel), written_at = coalesce($6, written_at),
              requester = case when $4::jsonb = '{}' then requester else $4 end,
              metadata = case when $5::jsonb = '{}' then metadata else $5 end
        where org_id = $1 and id = $2`,
      [this.orgId, id, channel, JSON.stringify(requester), JSON.stringify(metadata), writtenAt],
    );
  }

  /**
   * Milliseconds until a changed ticket is quiet: none of its changes is younger than `quietMs`, or the first unread one
   * is older than `mostMs`.
   */
  async msUntilQuiet(id: string, quietMs: number, mostMs: number): Promise<number> {
    const rows: { ms: number }[] = await this.manager.query(
      `select greatest(0, least($3 - extract(epoch from now() - changed_at) * 1000,
                                $4 - extract(epoch from now() - coalesce(unread_since, now())) * 1000))::float8 as ms
         from tickets where org_id = $1 and id = $2`,
      [this.orgId, id, quietMs, mostMs],
    );
    return Math.ceil(rows[0]?.ms ?? 0);
  }

  /** Notes that the newest revision is being read. */
  async markRead(id: string): Promise<void> {
    await this.manager.query('update tickets set unread_since = null where org_id = $1 and id = $2', [
      this.orgId,
      id,
    ]);
  }

  async revision(
    id: string,
    revision: number,
  ): Promise<{ subject: string; body: string; language: string | null } | null> {
    const rows: { subject: string; body: string; language: string | null }[] = await this.manager.query(
      'select subject, body, language from ticket_revisions where org_id = $1 and ticket_id = $2 and revision = $3',
      [this.orgId, id, revision],
    );
    return rows[0] ?? null;
  }

  private async writeRevision(
    id: string,
    revision: number,
    { subject, body, language }: Pick<NewTicket, 'subject' | 'body' | 'language'>,
  ): Promise<void> {
    await this.manager.query(
      `insert into ticket_revisions (org_id, ticket_id, revision, subject, body, language)
       values ($1, $2, $3, $4, $5, $6)`,
      [this.orgId, id, revision, subject, body, language],
    );
  }
}
