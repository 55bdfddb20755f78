import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOkResponse,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { PREFER, WorkResponder } from '../http/accepted-work.js';
import { idFrom } from '../http/ids.js';
import { LINES_MAX } from '../http/import-lines.js';
import { NDJSON } from '../http/ndjson.js';
import { PageQuery, type Page } from '../http/page.js';
import { ImportReportDto } from '../http/import-report.dto.js';
import { EnrichmentPageDto, EnrichmentWithTraceDto, type EnrichmentDto } from './enrichment.dto.js';
import { EnrichmentsService } from './enrichments.service.js';
import { TicketImportService } from './ticket-import.service.js';
import {
  AcceptedEnrichmentDto,
  AcceptedTicketDto,
  CreateTicketDto,
  EnrichAgainDto,
  ListTicketsQuery,
  TicketDto,
  TicketPageDto,
} from './ticket.dto.js';
import { TicketsService } from './tickets.service.js';

const ID = { name: 'id', example: 'tkt_01k8m3zq4yfk5tx2w7c9v1b6ng' };

@ApiTags('Tickets')
@Controller('v1/tickets')
export class TicketsController {
  constructor(
    private readonly tickets: TicketsService,
    private readonly imports: TicketImportService,
    private readonly enrichments: EnrichmentsService,
    private readonly responder: WorkResponder,
  ) {}

  @Post()
  @HttpCode(202)
  @Operation('createTicket', {
    summary: 'Send a ticket, or a change of one, to be enriched',
    description:
      'A known `externalId` with another subject or body is the next revision; with the same text nothing is done again.',
    body: true,
    errors: ['ticket.too_large', 'quota.runs_exceeded'],
  })
  @ApiHeader(PREFER)
  @ApiAcceptedResponse({ type: AcceptedTicketDto, description: 'Accepted; `Location` names the ticket.' })
  @ApiOkResponse({ type: TicketDto, description: 'With `Prefer: wait`, when the work ended in time.' })
  async create(
    @Caller() caller: Principal,
    @Body() dto: CreateTicketDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedTicketDto | TicketDto> {
    const accepted = await this.tickets.create(caller.orgId, dto);
    return this.responder.answer(request, reply, {
      orgId: caller.orgId,
      location: `/v1/tickets/${accepted.ticketId}`,
      accepted,
      subject: () => this.tickets.get(caller.orgId, idFrom('ticket', accepted.ticketId)),
    });
  }

  @Post('import')
  @HttpCode(200)
  @Operation('importTickets', {
    summary: 'Send many tickets, one JSON object per line',
    description: `Up to ${LINES_MAX} lines. Each is taken or refused by itself; the report says which. Sent again, nothing is doubled.`,
    body: true,
  })
  @ApiConsumes(NDJSON)
  @ApiBody({
    schema: { type: 'string', example: '{"externalId":"HD-1","subject":"Export","body":"When?"}\n' },
  })
  @ApiOkResponse({ type: ImportReportDto, description: 'What became of each line.' })
  async import(@Caller() caller: Principal, @Body() body: unknown): Promise<ImportReportDto> {
    return this.imports.import(caller.orgId, body);
  }

  @Get()
  @Operation('listTickets', {
    summary: 'List tickets, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: TicketPageDto, description: 'A page of tickets.' })
  async list(@Caller() caller: Principal, @Query() query: ListTicketsQuery): Promise<Page<TicketDto>> {
    return this.tickets.list(caller.orgId, query);
  }

  @Get(':id')
  @Operation('getTicket', { summary: 'Read a ticket with its enrichment', errors: ['ticket.not_found'] })
  @ApiParam(ID)
  @ApiOkResponse({ type: TicketDto, description: 'The ticket.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<TicketDto> {
    return this.tickets.get(caller.orgId, idFrom('ticket', id));
  }

  @Post(':id/enrichments')
  @HttpCode(202)
  @Operation('enrichTicket', {
    summary: 'Enrich a ticket again',
    description: 'Takes the place of an enrichment that is under way. The one before stays to be read.',
    body: true,
    errors: ['ticket.not_found', 'prompt.not_found', 'quota.runs_exceeded'],
  })
  @ApiParam(ID)
  @ApiHeader(PREFER)
  @ApiAcceptedResponse({
    type: AcceptedEnrichmentDto,
    description: 'Accepted; `Location` names the enrichment.',
  })
  @ApiOkResponse({
    type: EnrichmentWithTraceDto,
    description: 'With `Prefer: wait`, when the work ended in time.',
  })
  async enrich(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() dto: EnrichAgainDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedEnrichmentDto | EnrichmentWithTraceDto> {
    const accepted = await this.tickets.enrichAgain(caller.orgId, idFrom('ticket', id), dto);
    return this.responder.answer(request, reply, {
      orgId: caller.orgId,
      location: `/v1/enrichments/${accepted.enrichmentId}`,
      accepted,
      subject: () => this.enrichments.get(caller.orgId, idFrom('enrichment', accepted.enrichmentId)),
    });
  }

  @Get(':id/enrichments')
  @Operation('listTicketEnrichments', {
    summary: 'List the enrichments of a ticket, newest first',
    errors: ['ticket.not_found', 'request.invalid', 'cursor.invalid'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: EnrichmentPageDto, description: 'A page of enrichments.' })
  async listEnrichments(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<EnrichmentDto>> {
    return this.enrichments.ofTicket(caller.orgId, idFrom('ticket', id), query);
  }
}
