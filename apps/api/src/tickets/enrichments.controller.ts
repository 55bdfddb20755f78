import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { idFrom } from '../http/ids.js';
import { EnrichmentWithTraceDto } from './enrichment.dto.js';
import { EnrichmentsService } from './enrichments.service.js';

@ApiTags('Tickets')
@Controller('v1/enrichments')
export class EnrichmentsController {
  constructor(private readonly enrichments: EnrichmentsService) {}

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
}
