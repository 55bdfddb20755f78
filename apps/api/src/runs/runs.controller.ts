import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { idFrom } from '../http/ids.js';
import type { Page } from '../http/page.js';
import { ListRunsQuery, RunDto, RunHistoryDto, RunPageDto } from './run.dto.js';
import { RunsService } from './runs.service.js';

const ID = { name: 'id', example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' };

@ApiTags('Runs')
@Controller('v1/runs')
export class RunsController {
  constructor(private readonly runs: RunsService) {}

  @Get()
  @Operation('listRuns', {
    summary: 'List runs, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: RunPageDto, description: 'A page of runs.' })
  async list(@Caller() caller: Principal, @Query() query: ListRunsQuery): Promise<Page<RunDto>> {
    return this.runs.list(caller.orgId, query);
  }

  @Get(':id')
  @Operation('getRun', { summary: 'Read a run', errors: ['run.not_found'] })
  @ApiParam(ID)
  @ApiOkResponse({ type: RunDto, description: 'The run.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<RunDto> {
    return this.runs.get(caller.orgId, idFrom('run', id));
  }

  @Get(':id/history')
  @Operation('getRunHistory', { summary: 'Read what happened, in plain words', errors: ['run.not_found'] })
  @ApiParam(ID)
  @ApiOkResponse({ type: RunHistoryDto, description: 'Everything that happened, oldest first.' })
  async history(@Caller() caller: Principal, @Param('id') id: string): Promise<RunHistoryDto> {
    return this.runs.history(caller.orgId, idFrom('run', id));
  }
}
