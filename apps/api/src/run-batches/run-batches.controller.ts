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
  CreateRunBatchDto,
  DryRunBatchDto,
  RunBatchDto,
  RunBatchPageDto,
  StartedRunBatchDto,
} from './run-batch.dto.js';
import { RUN_BATCHES, RunBatchesService } from './run-batches.service.js';

const ID = { name: 'id', example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng' };
const TOLD = {
  type: RunBatchDto,
  description: 'The batch as it is now; it hears of it between two rounds.',
};

@ApiTags('Batches')
@ApiExtraModels(DryRunBatchDto, RunBatchDto)
@Controller('v1/run-batches')
export class RunBatchesController {
  constructor(
    private readonly newBatches: RunBatchesService,
    private readonly batches: BatchesService,
    private readonly responder: WorkResponder,
  ) {}

  @Post()
  @HttpCode(202)
  @Operation('createRunBatch', {
    summary: 'Retry, cancel or rerun many runs at once',
    description:
      'The runs are chosen now; what comes later is not meant. Each is acted on once, as by the call for a single run, and has an outcome of its own. With `dryRun` they are only counted.',
    body: true,
    errors: ['batch.too_large', 'quota.runs_exceeded'],
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`wait=N` (N up to 30) holds the request until every run has an outcome.',
    example: 'wait=10',
  })
  @ApiAcceptedResponse({ type: StartedRunBatchDto, description: 'Accepted; `Location` names the batch.' })
  @ApiOkResponse({
    schema: { oneOf: [{ $ref: getSchemaPath(DryRunBatchDto) }, { $ref: getSchemaPath(RunBatchDto) }] },
    description:
      'With `dryRun`, what would be acted on. With `Prefer: wait`, the batch, when it ended in time.',
  })
  async create(
    @Caller() caller: Principal,
    @Body() dto: CreateRunBatchDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    if (dto.dryRun) {
      void reply.status(200);
      return this.newBatches.count(caller.orgId, dto);
    }
    const locationOf = (id: string): string => `/v1/run-batches/${id}`;
    const accepted = await this.newBatches.create(caller.orgId, dto, (started) => ({
      status: 202,
      location: locationOf(started.id),
      body: started,
    }));
    return this.responder.answer(request, reply, {
      orgId: caller.orgId,
      accepted,
      location: locationOf(accepted.id),
      subject: () => this.batches.get(RUN_BATCHES, caller.orgId, idFrom('batch', accepted.id)),
    });
  }

  @Get()
  @Operation('listRunBatches', {
    summary: 'List batches, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: RunBatchPageDto, description: 'A page of batches.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<RunBatchDto>> {
    return this.batches.list(RUN_BATCHES, caller.orgId, query);
  }

  @Get(':id')
  @Operation('getRunBatch', {
    summary: 'Read a batch with its counts',
    description: 'Counts are exact at any moment: they are read from the outcomes.',
    errors: ['batch.not_found'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: RunBatchDto, description: 'The batch.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<RunBatchDto> {
    return this.batches.get(RUN_BATCHES, caller.orgId, idFrom('batch', id));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Operation('pauseRunBatch', {
    summary: 'Pause a batch',
    errors: ['batch.not_found', 'batch.ended'],
  })
  @ApiParam(ID)
  @ApiOkResponse(TOLD)
  async pause(@Caller() caller: Principal, @Param('id') id: string): Promise<RunBatchDto> {
    return this.tell(caller, id, 'pause');
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Operation('resumeRunBatch', {
    summary: 'Let a paused batch go on',
    errors: ['batch.not_found', 'batch.ended'],
  })
  @ApiParam(ID)
  @ApiOkResponse(TOLD)
  async resume(@Caller() caller: Principal, @Param('id') id: string): Promise<RunBatchDto> {
    return this.tell(caller, id, 'resume');
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Operation('cancelRunBatch', {
    summary: 'End a batch',
    description: 'What was done stays done; the runs that are left are left out.',
    errors: ['batch.not_found', 'batch.ended'],
  })
  @ApiParam(ID)
  @ApiOkResponse(TOLD)
  async cancel(@Caller() caller: Principal, @Param('id') id: string): Promise<RunBatchDto> {
    return this.tell(caller, id, 'cancel');
  }

  private async tell(caller: Principal, id: string, command: BatchCommand): Promise<RunBatchDto> {
    return this.batches.tell(RUN_BATCHES, caller.orgId, idFrom('batch', id), command);
  }
}
