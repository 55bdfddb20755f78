import { Body, Controller, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../access/operation.decorator.js';
import { actorOf, Caller, type Principal } from '../access/principal.js';
import { PREFER, WorkResponder } from '../http/accepted-work.js';
import { idFrom } from '../http/ids.js';
import { EnrichmentWithTraceDto } from '../tickets/enrichment.dto.js';
import { EnrichmentsService } from '../tickets/enrichments.service.js';
import { AcceptedReplayDto, TestPromptDto } from '../tickets/replay.dto.js';
import { PromptTests } from './prompt-tests.service.js';
import {
  CreatePromptVersionDto,
  MoveLabelDto,
  PreviewPromptDto,
  PromptDto,
  PromptLabelDto,
  PromptLabelMovesDto,
  PromptPreviewDto,
  PromptVersionDto,
} from './prompt.dto.js';
import { PromptsService } from './prompts.service.js';

const NAME = { name: 'name', example: 'ticket-enrichment' };
const LABEL = { name: 'label', example: 'production' };

@ApiTags('Prompts')
@Controller('v1/prompts')
export class PromptsController {
  constructor(
    private readonly prompts: PromptsService,
    private readonly tests: PromptTests,
    private readonly enrichments: EnrichmentsService,
    private readonly responder: WorkResponder,
  ) {}

  @Get(':name')
  @Operation('getPrompt', { summary: 'Read a prompt: labels and versions', errors: ['prompt.not_found'] })
  @ApiParam(NAME)
  @ApiOkResponse({ type: PromptDto, description: 'The prompt.' })
  async get(@Caller() caller: Principal, @Param('name') name: string): Promise<PromptDto> {
    return this.prompts.get(caller.orgId, name);
  }

  @Get(':name/versions')
  @Operation('listPromptVersions', { summary: 'List the versions of a prompt', errors: ['prompt.not_found'] })
  @ApiParam(NAME)
  @ApiOkResponse({ type: PromptDto, description: 'The prompt with every version, newest first.' })
  async versions(@Caller() caller: Principal, @Param('name') name: string): Promise<PromptDto> {
    return this.prompts.get(caller.orgId, name);
  }

  @Post(':name/versions')
  @Operation('createPromptVersion', {
    summary: 'Add a version of a prompt',
    description:
      'Versions are never changed. Tickets are enriched under the one that the label `production` points at.',
    body: true,
  })
  @ApiParam(NAME)
  @ApiCreatedResponse({ type: PromptVersionDto, description: 'The version.' })
  async create(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Body() dto: CreatePromptVersionDto,
  ): Promise<PromptVersionDto> {
    return this.prompts.addVersion(caller.orgId, name, dto, actorOf(caller));
  }

  @Put(':name/labels/:label')
  @Operation('movePromptLabel', {
    summary: 'Point a label at a version',
    body: true,
    errors: ['prompt.not_found'],
  })
  @ApiParam(NAME)
  @ApiParam(LABEL)
  @ApiOkResponse({ type: PromptLabelDto, description: 'Where it points now, who moved it and when.' })
  async move(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Param('label') label: string,
    @Body() dto: MoveLabelDto,
  ): Promise<PromptLabelDto> {
    return this.prompts.moveLabel(caller.orgId, name, label, dto, actorOf(caller));
  }

  @Get(':name/labels/:label')
  @Operation('listPromptLabelMoves', {
    summary: 'List where a label pointed, newest first',
    errors: ['prompt.not_found'],
  })
  @ApiParam(NAME)
  @ApiParam(LABEL)
  @ApiOkResponse({ type: PromptLabelMovesDto, description: 'Every move with who, when and why.' })
  async moves(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Param('label') label: string,
  ): Promise<PromptLabelMovesDto> {
    return { data: await this.prompts.moves(caller.orgId, name, label) };
  }

  @Post(':name/preview')
  @HttpCode(200)
  @Operation('previewPrompt', {
    summary: 'See what a model would be sent for a ticket',
    description: 'Asks no model and stores nothing.',
    body: true,
    errors: ['prompt.not_found', 'ticket.not_found'],
  })
  @ApiParam(NAME)
  @ApiOkResponse({ type: PromptPreviewDto, description: 'Both parts, rendered.' })
  async preview(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Body() dto: PreviewPromptDto,
  ): Promise<PromptPreviewDto> {
    return this.prompts.preview(caller.orgId, name, dto);
  }

  @Post(':name/test')
  @HttpCode(202)
  @Operation('testPrompt', {
    summary: 'Try a prompt on a ticket',
    description:
      'Asks a model, under a version or under a text that is no version yet, and compares what comes out with what the ticket shows. Nothing of it stays: it can be read for a day. What it costs is counted.',
    body: true,
    errors: [
      'prompt.not_found',
      'ticket.not_found',
      'enrichment.not_replayable',
      'enrichment.passages_erased',
      'quota.runs_exceeded',
    ],
  })
  @ApiParam(NAME)
  @ApiHeader(PREFER)
  @ApiAcceptedResponse({ type: AcceptedReplayDto, description: 'Accepted; `Location` names the test.' })
  @ApiOkResponse({
    type: EnrichmentWithTraceDto,
    description: 'With `Prefer: wait`, when the work ended in time.',
  })
  async test(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Body() dto: TestPromptDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedReplayDto | EnrichmentWithTraceDto> {
    const accepted = await this.tests.test(caller.orgId, name, dto);
    return this.responder.answer(request, reply, {
      orgId: caller.orgId,
      location: `/v1/enrichments/${accepted.enrichmentId}`,
      accepted,
      subject: () => this.enrichments.get(caller.orgId, idFrom('enrichment', accepted.enrichmentId)),
    });
  }
}
