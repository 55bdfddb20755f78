import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { actorOf, Caller, type Principal } from '../access/principal.js';
import { idFrom } from '../http/ids.js';
import { DecidedDto, DecideDto } from './decision.dto.js';
import { DecisionsService } from './decisions.service.js';
import { EnrichmentWithTraceDto } from './enrichment.dto.js';
import { EnrichmentsService } from './enrichments.service.js';

@ApiTags('Tickets')
@Controller('v1/enrichments')
export class EnrichmentsController {
  constructor(
    private readonly enrichments: EnrichmentsService,
    private readonly decisions: DecisionsService,
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
}
