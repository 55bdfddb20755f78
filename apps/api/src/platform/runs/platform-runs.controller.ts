import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Operation } from '../../access/operation.decorator.js';
import { BatchesService } from '../../batches/batches.service.js';
import { idFrom } from '../../http/ids.js';
import type { Page } from '../../http/page.js';
import {
  CreateRunBatchDto,
  DryRunBatchDto,
  RunBatchDto,
  StartedRunBatchDto,
} from '../../run-batches/run-batch.dto.js';
import { RUN_BATCHES, RunBatchesService } from '../../run-batches/run-batches.service.js';
import {
  ListPlatformRunsQuery,
  PlatformFailuresDto,
  PlatformFailuresQuery,
  PlatformRunDto,
  PlatformRunPageDto,
} from './platform-run.dto.js';
import { PlatformRunsService } from './platform-runs.service.js';

const ORG = { name: 'id', example: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng' };
const BATCH = { name: 'batchId', example: 'bat_01k8m3zq4yfk5tx2w7c9v1b6ng' };

@ApiTags('Installation')
@ApiExtraModels(DryRunBatchDto)
@Controller('v1/platform')
export class PlatformRunsController {
  constructor(
    private readonly runs: PlatformRunsService,
    private readonly newBatches: RunBatchesService,
    private readonly batches: BatchesService,
  ) {}

  @Get('runs')
  @Operation('listPlatformRuns', {
    summary: 'List the runs of all organisations, newest first',
    description: 'The audit of each organisation whose runs are shown says so.',
    errors: ['request.invalid', 'cursor.invalid', 'org.not_found'],
  })
  @ApiOkResponse({ type: PlatformRunPageDto, description: 'A page of runs.' })
  async list(@Query() query: ListPlatformRunsQuery): Promise<Page<PlatformRunDto>> {
    return this.runs.list(query);
  }

  @Get('failures')
  @Operation('listPlatformFailures', {
    summary: 'Count failed work of all organisations by kind and code',
    errors: ['request.invalid', 'org.not_found'],
  })
  @ApiOkResponse({ type: PlatformFailuresDto, description: 'What failed and waits to be taken up.' })
  async failures(@Query() query: PlatformFailuresQuery): Promise<PlatformFailuresDto> {
    return this.runs.failures(query);
  }

  @Post('orgs/:id/run-batches')
  @HttpCode(202)
  @Operation('createPlatformRunBatch', {
    summary: 'Retry, cancel or rerun many runs of an organisation at once',
    description: 'As the organisation itself does with `POST /v1/run-batches`; its audit says who did.',
    body: true,
    errors: ['org.not_found', 'batch.too_large', 'quota.runs_exceeded'],
  })
  @ApiParam(ORG)
  @ApiAcceptedResponse({ type: StartedRunBatchDto, description: 'Accepted; `Location` names the batch.' })
  @ApiOkResponse({
    schema: { $ref: getSchemaPath(DryRunBatchDto) },
    description: 'With `dryRun`, what would be acted on.',
  })
  async createBatch(
    @Param('id') id: string,
    @Body() dto: CreateRunBatchDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const orgId = await this.runs.knownOrg(id);
    if (dto.dryRun) {
      void reply.status(200);
      return this.newBatches.count(orgId, dto);
    }
    const locationOf = (batch: string): string => `/v1/platform/orgs/${id}/run-batches/${batch}`;
    const answerOf = (accepted: StartedRunBatchDto) => ({
      status: 202,
      location: locationOf(accepted.id),
      body: accepted,
    });
    const started = await this.newBatches.create(orgId, dto, answerOf, this.runs.settle);
    void reply.header('location', locationOf(started.id));
    return started;
  }

  @Get('orgs/:id/run-batches/:batchId')
  @Operation('getPlatformRunBatch', {
    summary: 'Read a batch of an organisation with its counts',
    errors: ['org.not_found', 'batch.not_found'],
  })
  @ApiParam(ORG)
  @ApiParam(BATCH)
  @ApiOkResponse({ type: RunBatchDto, description: 'The batch.' })
  async getBatch(@Param('id') id: string, @Param('batchId') batchId: string): Promise<RunBatchDto> {
    return this.batches.get(RUN_BATCHES, await this.runs.knownOrg(id), idFrom('batch', batchId));
  }
}
