import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { actorOf, Caller, type Principal } from '../access/principal.js';
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
  constructor(private readonly prompts: PromptsService) {}

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
  @Operation('listPromptLabelMoves', { summary: 'List where a label pointed, newest first' })
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
}
