import { TenantDatabase } from '@docket/db/tenant-database';
import type { NewTicket, Ticket, TicketFilter } from '@docket/db/tickets';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { ApiSettings } from '../api-settings.js';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page } from '../http/page.js';
import { RunStarter } from '../runs/run-starter.js';
import type { EnrichmentDto } from './enrichment.dto.js';
import { showEnrichment } from './enrichment.presenter.js';
import { TicketIntake, type Intake } from './ticket-intake.js';
import type {
  AcceptedEnrichmentDto,
  AcceptedTicketDto,
  CreateTicketDto,
  EnrichAgainDto,
  ListTicketsQuery,
  TicketDto,
} from './ticket.dto.js';

@Injectable()
export class TicketsService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly intake: TicketIntake,
    private readonly starter: RunStarter,
    private readonly settings: ApiSettings,
  ) {}

  /**
   * @param isWholeRequest false for one row of an import
   * @throws DocketError `ticket.too_large`
   */
  async create(orgId: string, dto: CreateTicketDto, isWholeRequest = true): Promise<AcceptedTicketDto> {
    const limit = this.settings.values.TICKET_MAX_BYTES;
    const size = Buffer.byteLength(dto.body);
    if (size > limit)
      throw new DocketError(
        'ticket.too_large',
        `The body has ${size} bytes; the limit is ${limit}. Shorten it.`,
      );
    const accepted = await this.intake.accept(
      orgId,
      toNewTicket(dto),
      isWholeRequest
        ? (intake) => ({ status: 202, location: locationOf(intake), body: showAccepted(intake) })
        : null,
    );
    if (accepted.start) await this.starter.start(accepted.start);
    return showAccepted(accepted);
  }

  async enrichAgain(orgId: string, ticketId: string, dto: EnrichAgainDto): Promise<AcceptedEnrichmentDto> {
    const asked = { promptVersion: dto.promptVersion ?? null, model: dto.model ?? null };
    const show = (intake: Intake): AcceptedEnrichmentDto => ({
      ...showAccepted(intake),
      enrichmentId: toTypeId('enrichment', intake.enrichmentId ?? ''),
    });
    const accepted = await this.intake.askAgain(orgId, ticketId, asked, (intake) => {
      const body = show(intake);
      return { status: 202, location: `/v1/enrichments/${body.enrichmentId}`, body };
    });
    if (accepted.start) await this.starter.start(accepted.start);
    return show(accepted);
  }

  async get(orgId: string, id: string): Promise<TicketDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const ticket = await tx.tickets.find(id);
      if (!ticket) throw notFound('ticket');
      const current = await tx.enrichments.current(id);
      const citations = current ? await tx.evidence.citationsOf([current.id]) : [];
      return showTicket(ticket, current && showEnrichment(current, citations));
    });
  }

  async list(orgId: string, query: ListTicketsQuery): Promise<Page<TicketDto>> {
    const page = idPage(query, 'ticket');
    const rows = await this.tenants.withTenant(orgId, async (tx) => {
      const tickets = await tx.tickets.list(filterOf(query), page);
      const current = await tx.enrichments.currentOf(tickets.map(({ id }) => id));
      const citations = await tx.evidence.citationsOf([...current.values()].map(({ id }) => id));
      return tickets.map((ticket) => {
        const enrichment = current.get(ticket.id);
        return { ...ticket, enrichment: enrichment ? showEnrichment(enrichment, citations) : null };
      });
    });
    return toPage(rows, page.limit, (row) => showTicket(row, row.enrichment), idCursor('ticket'));
  }
}

function toNewTicket(dto: CreateTicketDto): Omit<NewTicket, 'id'> {
  return {
    externalId: dto.externalId,
    subject: dto.subject,
    // Postgres holds no NUL; binary bodies are tickets too.
    body: dto.body.replaceAll('\0', '\ufffd'),
    language: dto.language ?? null,
    channel: dto.channel ?? null,
    requester: { ...dto.requester },
    metadata: dto.metadata ?? {},
    writtenAt: dto.createdAt ? new Date(dto.createdAt) : null,
  };
}

function locationOf({ ticketId }: Intake): string {
  return `/v1/tickets/${toTypeId('ticket', ticketId)}`;
}

function showAccepted({ ticketId, revision, runId }: Intake): AcceptedTicketDto {
  return {
    ticketId: toTypeId('ticket', ticketId),
    revision,
    runId: runId === null ? null : toTypeId('run', runId),
  };
}

function showTicket(ticket: Ticket, enrichment: EnrichmentDto | null): TicketDto {
  return {
    id: toTypeId('ticket', ticket.id),
    externalId: ticket.externalId,
    subject: ticket.subject,
    body: ticket.body,
    revision: ticket.revision,
    channel: ticket.channel,
    requester: ticket.requester,
    language: ticket.language,
    metadata: ticket.metadata,
    createdAt: (ticket.writtenAt ?? ticket.createdAt).toISOString(),
    changedAt: ticket.changedAt.toISOString(),
    enrichment,
  };
}

function filterOf({ state, category, priority, q }: ListTicketsQuery): TicketFilter {
  return {
    ...(state ? { state } : {}),
    ...(category ? { category } : {}),
    ...(priority ? { priority } : {}),
    ...(q ? { q } : {}),
  };
}
