import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../access/operation.decorator.js';
import { actorOf, Caller, type Principal } from '../access/principal.js';
import { PREFER, WorkResponder } from '../http/accepted-work.js';
import { idFrom } from '../http/ids.js';
import { PageQuery, type Page } from '../http/page.js';
import { DecidedDto, DecideDto } from './decision.dto.js';
import { DecisionsService } from './decisions.service.js';
import { EnrichmentPageDto, EnrichmentWithTraceDto, type EnrichmentDto } from './enrichment.dto.js';
import { EnrichmentsService } from './enrichments.service.js';
import { AcceptedReplayDto, ReplayEnrichmentDto } from './replay.dto.js';
import { ReplaysService } from './replays.service.js';

@ApiTags('Tickets')
@Controller('v1/enrichments')
export class EnrichmentsController {
  constructor(
    private readonly enrichments: EnrichmentsService,
    private readonly decisions: DecisionsService,
    private readonly replays: ReplaysService,
    private readonly responder: WorkResponder,
  ) {}

  @Get(':id')
  @Operation('getEnrichment', {
    summary: 'Read an enrichment with its trace',
    description:
      'What was retrieved, what was asked under which prompt version, what came back, and what it cost.',
    errors: ['enrichment.not_found'],
  })
  @ApiParam({ name: 'id', example: 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  @ApiOkResponse({ type: EnrichmentWithTraceDto, description: 'Result and trace.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<EnrichmentWithTraceDto> {
    return this.enrichments.get(caller.orgId, idFrom('enrichment', id));
  }

  @Post(':id/decision')
  @HttpCode(200)
  @Operation('decideEnrichment', {
    summary: 'Approve, edit or reject a suggested reply',
    description:
      'For an enrichment that is `awaiting_decision`. The first decision counts, however many are made at once. An edit is kept beside the suggestion.',
    body: true,
    errors: [
      'enrichment.not_found',
      'enrichment.already_decided',
      'enrichment.superseded',
      'enrichment.not_awaiting_decision',
    ],
  })
  @ApiParam({ name: 'id', example: 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  @ApiOkResponse({ type: DecidedDto, description: 'It is decided.' })
  async decide(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() dto: DecideDto,
  ): Promise<DecidedDto> {
    return this.decisions.decide(caller.orgId, idFrom('enrichment', id), dto, actorOf(caller));
  }

  @Post(':id/replays')
  @HttpCode(202)
  @Operation('replayEnrichment', {
    summary: 'Replay an enrichment under another prompt or model',
    description:
      'Asks about the same ticket text again, and stores what comes out beside the original, with the difference. Nothing else changes: not the ticket, not the original.',
    body: true,
    errors: [
      'enrichment.not_found',
      'enrichment.not_replayable',
      'enrichment.passages_erased',
      'prompt.not_found',
      'quota.runs_exceeded',
    ],
  })
  @ApiParam({ name: 'id', example: 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  @ApiHeader(PREFER)
  @ApiAcceptedResponse({ type: AcceptedReplayDto, description: 'Accepted; `Location` names the replay.' })
  @ApiOkResponse({
    type: EnrichmentWithTraceDto,
    description: 'With `Prefer: wait`, when the work ended in time.',
  })
  async replay(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() dto: ReplayEnrichmentDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedReplayDto | EnrichmentWithTraceDto> {
    const { promptVersion = null, model = null, passages } = dto;
    const asked = { promptVersion, model, passages, trial: null };
    const accepted = await this.replays.replay(caller.orgId, idFrom('enrichment', id), asked);
    return this.responder.answer(request, reply, {
      orgId: caller.orgId,
      location: `/v1/enrichments/${accepted.enrichmentId}`,
      accepted,
      subject: () => this.enrichments.get(caller.orgId, idFrom('enrichment', accepted.enrichmentId)),
    });
  }

  @Get(':id/replays')
  @Operation('listEnrichmentReplays', {
    summary: 'List the replays of an enrichment, newest first',
    errors: ['enrichment.not_found', 'request.invalid', 'cursor.invalid'],
  })
  @ApiParam({ name: 'id', example: 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  @ApiOkResponse({
    type: EnrichmentPageDto,
    description: 'A page of replays. Each is read, with its difference, like any enrichment.',
  })
  async listReplays(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<EnrichmentDto>> {
    return this.replays.list(caller.orgId, idFrom('enrichment', id), query);
  }
}
