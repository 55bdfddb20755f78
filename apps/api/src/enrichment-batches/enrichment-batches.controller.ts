import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { BatchesService, type BatchCommand } from '../batches/batches.service.js';
import { WorkResponder } from '../http/accepted-work.js';
import { idFrom } from '../http/ids.js';
import { PageQuery, type Page } from '../http/page.js';
import {
  CreateEnrichmentBatchDto,
  DryEnrichmentBatchDto,
  EnrichmentBatchDto,
  EnrichmentBatchPageDto,
  StartedEnrichmentBatchDto,
} from './enrichment-batch.dto.js';
import { ENRICHMENT_BATCHES, EnrichmentBatchesService } from './enrichment-batches.service.js';

const ID = { name: 'id', example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng' };
const TOLD = {
  type: EnrichmentBatchDto,
  description: 'The batch as it is now; it hears of it between two rounds.',
};

@ApiTags('Batches')
@ApiExtraModels(DryEnrichmentBatchDto, EnrichmentBatchDto)
@Controller('v1/enrichment-batches')
export class EnrichmentBatchesController {
  constructor(
    private readonly newBatches: EnrichmentBatchesService,
    private readonly batches: BatchesService,
    private readonly responder: WorkResponder,
  ) {}

  @Post()
  @HttpCode(202)
  @Operation('createEnrichmentBatch', {
    summary: 'Enrich many tickets',
    description:
      'The tickets are chosen now; what comes later is not meant. Each is enriched once, as it is when its turn comes, behind single tickets. With `dryRun` they are only counted.',
    body: true,
    errors: ['batch.too_large', 'prompt.not_found', 'quota.runs_exceeded'],
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`wait=N` (N up to 30) holds the request until every ticket is done with.',
    example: 'wait=10',
  })
  @ApiAcceptedResponse({
    type: StartedEnrichmentBatchDto,
    description: 'Accepted; `Location` names the batch.',
  })
  @ApiOkResponse({
    schema: {
      oneOf: [{ $ref: getSchemaPath(DryEnrichmentBatchDto) }, { $ref: getSchemaPath(EnrichmentBatchDto) }],
    },
    description:
      'With `dryRun`, what would be enriched. With `Prefer: wait`, the batch, when it ended in time.',
  })
  async create(
    @Caller() caller: Principal,
    @Body() dto: CreateEnrichmentBatchDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    if (dto.dryRun) {
      void reply.status(200);
      return this.newBatches.count(caller.orgId, dto);
    }
    const locationOf = (id: string): string => `/v1/enrichment-batches/${id}`;
    const accepted = await this.newBatches.create(caller.orgId, dto, (started) => ({
      status: 202,
      location: locationOf(started.id),
      body: started,
    }));
    return this.responder.answer(request, reply, {
      orgId: caller.orgId,
      accepted,
      location: locationOf(accepted.id),
      subject: () => this.batches.get(ENRICHMENT_BATCHES, caller.orgId, idFrom('batch', accepted.id)),
    });
  }

  @Get()
  @Operation('listEnrichmentBatches', {
    summary: 'List batches of enrichments, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: EnrichmentBatchPageDto, description: 'A page of batches.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<EnrichmentBatchDto>> {
    return this.batches.list(ENRICHMENT_BATCHES, caller.orgId, query);
  }

  @Get(':id')
  @Operation('getEnrichmentBatch', {
    summary: 'Read a batch of enrichments with its counts',
    description: 'Counts are exact at any moment: they are read from the rows.',
    errors: ['batch.not_found'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: EnrichmentBatchDto, description: 'The batch.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<EnrichmentBatchDto> {
    return this.batches.get(ENRICHMENT_BATCHES, caller.orgId, idFrom('batch', id));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Operation('pauseEnrichmentBatch', {
    summary: 'Pause a batch of enrichments',
    errors: ['batch.not_found', 'batch.ended'],
  })
  @ApiParam(ID)
  @ApiOkResponse(TOLD)
  async pause(@Caller() caller: Principal, @Param('id') id: string): Promise<EnrichmentBatchDto> {
    return this.tell(caller, id, 'pause');
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Operation('resumeEnrichmentBatch', {
    summary: 'Let a paused batch of enrichments go on',
    errors: ['batch.not_found', 'batch.ended'],
  })
  @ApiParam(ID)
  @ApiOkResponse(TOLD)
  async resume(@Caller() caller: Principal, @Param('id') id: string): Promise<EnrichmentBatchDto> {
    return this.tell(caller, id, 'resume');
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Operation('cancelEnrichmentBatch', {
    summary: 'End a batch of enrichments',
    description: 'What was begun goes on to its end; the tickets whose turn has not come are left out.',
    errors: ['batch.not_found', 'batch.ended'],
  })
  @ApiParam(ID)
  @ApiOkResponse(TOLD)
  async cancel(@Caller() caller: Principal, @Param('id') id: string): Promise<EnrichmentBatchDto> {
    return this.tell(caller, id, 'cancel');
  }

  private async tell(caller: Principal, id: string, command: BatchCommand): Promise<EnrichmentBatchDto> {
    return this.batches.tell(ENRICHMENT_BATCHES, caller.orgId, idFrom('batch', id), command);
  }
}
