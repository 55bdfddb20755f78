import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
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
import { EnrichmentBatchDto } from '../enrichment-batches/enrichment-batch.dto.js';
import { WorkResponder } from '../http/accepted-work.js';
import { idFrom } from '../http/ids.js';
import { DeletedDocumentDto, DocumentDto } from '../knowledge/documents/document.dto.js';
import { ReplayBatchDto } from '../replay-batches/replay-batch.dto.js';
import { RunBatchDto } from '../run-batches/run-batch.dto.js';
import { EnrichmentWithTraceDto } from '../tickets/enrichment.dto.js';
import { TicketDto } from '../tickets/ticket.dto.js';
import { WebhookDeliveryDetailDto } from '../webhooks/webhook.dto.js';
import { RerunDto, StartedRunDto } from './run-action.dto.js';
import { RunActionsService, type ActedRun } from './run-actions.service.js';

const ID = { name: 'id', example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' };
const PREFER = {
  name: 'Prefer',
  required: false,
  description:
    '`wait=N` (N up to 30) holds the request until the run ends, and answers 200 with what the run is about.',
  example: 'wait=10',
};
const ACCEPTED = { type: StartedRunDto, description: 'Accepted; `Location` names what the run is about.' };
/** What a run can be about, as a GET of it answers. */
const SUBJECTS = [
  DocumentDto,
  DeletedDocumentDto,
  TicketDto,
  EnrichmentWithTraceDto,
  RunBatchDto,
  EnrichmentBatchDto,
  ReplayBatchDto,
  WebhookDeliveryDetailDto,
];
const WAITED = {
  schema: { oneOf: SUBJECTS.map((subject) => ({ $ref: getSchemaPath(subject) })) },
  description: 'With `Prefer: wait`, when the run ended in time: what it is about, as a GET of it answers.',
};

@ApiTags('Runs')
@ApiExtraModels(...SUBJECTS)
@Controller('v1/runs')
export class RunActionsController {
  constructor(
    private readonly actions: RunActionsService,
    private readonly responder: WorkResponder,
  ) {}

  @Post(':id/retry')
  @HttpCode(202)
  @Operation('retryRun', {
    summary: 'Take a failed, cancelled or terminated run up again',
    description:
      'From the step that failed: what is stored is kept. The run stays the same, with one more attempt and one more execution. Repeating it while it is under way changes nothing.',
    errors: [
      'run.not_found',
      'run.not_retryable',
      'document.deleted',
      'quota.runs_exceeded',
      'storage.unavailable',
    ],
  })
  @ApiParam(ID)
  @ApiHeader(PREFER)
  @ApiAcceptedResponse(ACCEPTED)
  @ApiOkResponse(WAITED)
  async retry(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.answer(caller, request, reply, await this.actions.retry(caller.orgId, idFrom('run', id)));
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @Operation('cancelRun', {
    summary: 'Ask a run to end',
    description: 'It ends as `cancelled`, and can be retried. Cancelling it again changes nothing.',
    errors: ['run.not_found', 'run.not_cancellable', 'service.unavailable'],
  })
  @ApiParam(ID)
  @ApiHeader(PREFER)
  @ApiAcceptedResponse(ACCEPTED)
  @ApiOkResponse(WAITED)
  async cancel(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.answer(caller, request, reply, await this.actions.cancel(caller.orgId, idFrom('run', id)));
  }

  @Post(':id/rerun')
  @HttpCode(202)
  @Operation('rerunRun', {
    summary: 'Make the result of an ended run again, from a step on',
    description:
      'What was searchable stays so until it is replaced. Repeating it while it is under way changes nothing.',
    body: true,
    errors: [
      'run.not_found',
      'run.not_rerunnable',
      'document.deleted',
      'quota.runs_exceeded',
      'storage.unavailable',
    ],
  })
  @ApiParam(ID)
  @ApiHeader(PREFER)
  @ApiAcceptedResponse(ACCEPTED)
  @ApiOkResponse(WAITED)
  async rerun(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() dto: RerunDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const acted = await this.actions.rerun(caller.orgId, idFrom('run', id), dto.fromStep);
    return this.answer(caller, request, reply, acted);
  }

  private async answer(
    caller: Principal,
    request: FastifyRequest,
    reply: FastifyReply,
    acted: ActedRun,
  ): Promise<object> {
    return this.responder.answer(request, reply, { orgId: caller.orgId, ...acted });
  }
}
