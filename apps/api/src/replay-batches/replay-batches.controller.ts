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
  CreateReplayBatchDto,
  DryReplayBatchDto,
  ReplayBatchDto,
  ReplayBatchPageDto,
  ReplayBatchSummaryDto,
  StartedReplayBatchDto,
} from './replay-batch.dto.js';
import { REPLAY_BATCHES, ReplayBatchesService } from './replay-batches.service.js';

const ID = { name: 'id', example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng' };
const TOLD = {
  type: ReplayBatchDto,
  description: 'The batch as it is now; it hears of it between two rounds.',
};

@ApiTags('Batches')
@ApiExtraModels(DryReplayBatchDto, ReplayBatchDto)
@Controller('v1/replay-batches')
export class ReplayBatchesController {
  constructor(
    private readonly newBatches: ReplayBatchesService,
    private readonly batches: BatchesService,
    private readonly responder: WorkResponder,
  ) {}

  @Post()
  @HttpCode(202)
  @Operation('createReplayBatch', {
    summary: 'Replay many enrichments',
    description:
      'Of every ticket that the filter means, the enrichment that it shows is asked again under another prompt or model; nothing that is shown changes. The summary says what would. With `dryRun` they are only counted.',
    body: true,
    errors: ['batch.too_large', 'prompt.not_found', 'quota.runs_exceeded'],
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`wait=N` (N up to 30) holds the request until every replay has ended.',
    example: 'wait=10',
  })
  @ApiAcceptedResponse({
    type: StartedReplayBatchDto,
    description: 'Accepted; `Location` names the batch.',
  })
  @ApiOkResponse({
    schema: {
      oneOf: [{ $ref: getSchemaPath(DryReplayBatchDto) }, { $ref: getSchemaPath(ReplayBatchDto) }],
    },
    description:
      'With `dryRun`, what would be replayed. With `Prefer: wait`, the batch, when it ended in time.',
  })
  async create(
    @Caller() caller: Principal,
    @Body() dto: CreateReplayBatchDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    if (dto.dryRun) {
      void reply.status(200);
      return this.newBatches.count(caller.orgId, dto);
    }
    const locationOf = (id: string): string => `/v1/replay-batches/${id}`;
    const accepted = await this.newBatches.create(caller.orgId, dto, (started) => ({
      status: 202,
      location: locationOf(started.id),
      body: started,
    }));
    return this.responder.answer(request, reply, {
      orgId: caller.orgId,
      accepted,
      location: locationOf(accepted.id),
      subject: () => this.batches.get(REPLAY_BATCHES, caller.orgId, idFrom('batch', accepted.id)),
    });
  }

  @Get()
  @Operation('listReplayBatches', {
    summary: 'List batches of replays, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: ReplayBatchPageDto, description: 'A page of batches.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<ReplayBatchDto>> {
    return this.batches.list(REPLAY_BATCHES, caller.orgId, query);
  }

  @Get(':id')
  @Operation('getReplayBatch', {
    summary: 'Read a batch of replays with its counts',
    description: 'Counts are exact at any moment: they are read from the rows.',
    errors: ['batch.not_found'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: ReplayBatchDto, description: 'The batch.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<ReplayBatchDto> {
    return this.batches.get(REPLAY_BATCHES, caller.orgId, idFrom('batch', id));
  }

  @Get(':id/summary')
  @Operation('getReplayBatchSummary', {
    summary: 'Read what a batch of replays would change',
    description:
      'Field by field, against the originals as they are now: to be read before a label is moved to the version that was tried.',
    errors: ['batch.not_found'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: ReplayBatchSummaryDto, description: 'What came out otherwise, in counts.' })
  async summary(@Caller() caller: Principal, @Param('id') id: string): Promise<ReplayBatchSummaryDto> {
    return this.newBatches.summary(caller.orgId, idFrom('batch', id));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Operation('pauseReplayBatch', {
    summary: 'Pause a batch of replays',
    errors: ['batch.not_found', 'batch.ended'],
  })
  @ApiParam(ID)
  @ApiOkResponse(TOLD)
  async pause(@Caller() caller: Principal, @Param('id') id: string): Promise<ReplayBatchDto> {
    return this.tell(caller, id, 'pause');
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Operation('resumeReplayBatch', {
    summary: 'Let a paused batch of replays go on',
    errors: ['batch.not_found', 'batch.ended'],
  })
  @ApiParam(ID)
  @ApiOkResponse(TOLD)
  async resume(@Caller() caller: Principal, @Param('id') id: string): Promise<ReplayBatchDto> {
    return this.tell(caller, id, 'resume');
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Operation('cancelReplayBatch', {
    summary: 'End a batch of replays',
    description: 'What was begun goes on to its end; the enrichments whose turn has not come are left out.',
    errors: ['batch.not_found', 'batch.ended'],
  })
  @ApiParam(ID)
  @ApiOkResponse(TOLD)
  async cancel(@Caller() caller: Principal, @Param('id') id: string): Promise<ReplayBatchDto> {
    return this.tell(caller, id, 'cancel');
  }

  private async tell(caller: Principal, id: string, command: BatchCommand): Promise<ReplayBatchDto> {
    return this.batches.tell(REPLAY_BATCHES, caller.orgId, idFrom('batch', id), command);
  }
}
