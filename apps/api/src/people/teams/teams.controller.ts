import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../access/operation.decorator.js';
import { Caller, type Principal } from '../../access/principal.js';
import { idFrom } from '../../http/ids.js';
import { PageQuery, type Page } from '../../http/page.js';
import { CreateTeamDto, TeamDto, TeamPageDto, UpdateTeamDto } from './team.dto.js';
import { TeamsService } from './teams.service.js';

const ID = { name: 'id', example: 'tea_01k8m3zq4yfk5tx2w7c9v1b6ng' };
const USER_ID = { name: 'userId', example: 'usr_01k8m3zq4yfk5tx2w7c9v1b6ng' };

@ApiTags('Platform')
@Controller('v1/teams')
export class TeamsController {
  constructor(private readonly teams: TeamsService) {}

  @Post()
  @Operation('createTeam', { summary: 'Create a team', body: true, errors: ['team.name_taken'] })
  @ApiCreatedResponse({ type: TeamDto, description: 'The team.' })
  async create(@Caller() caller: Principal, @Body() dto: CreateTeamDto): Promise<TeamDto> {
    return this.teams.create(caller.orgId, dto);
  }

  @Get()
  @Operation('listTeams', {
    summary: 'List teams, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: TeamPageDto, description: 'A page of teams.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<TeamDto>> {
    return this.teams.list(caller.orgId, query);
  }

  @Get(':id')
  @Operation('getTeam', { summary: 'Read a team and who is in it', errors: ['team.not_found'] })
  @ApiParam(ID)
  @ApiOkResponse({ type: TeamDto, description: 'The team.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<TeamDto> {
    return this.teams.get(caller.orgId, idFrom('team', id));
  }

  @Patch(':id')
  @Operation('updateTeam', {
    summary: 'Change name or description of a team',
    body: true,
    errors: ['team.not_found', 'team.name_taken'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: TeamDto, description: 'The team as it is now.' })
  async update(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() dto: UpdateTeamDto,
  ): Promise<TeamDto> {
    return this.teams.update(caller.orgId, idFrom('team', id), dto);
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation('deleteTeam', { summary: 'Delete a team, not its people', errors: ['team.not_found'] })
  @ApiParam(ID)
  @ApiNoContentResponse({ description: 'It is gone.' })
  async delete(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.teams.delete(caller.orgId, idFrom('team', id));
  }

  @Put(':id/members/:userId')
  @Operation('addTeamMember', {
    summary: 'Put a member of the organisation into a team',
    errors: ['team.not_found', 'user.not_found'],
  })
  @ApiParam(ID)
  @ApiParam(USER_ID)
  @ApiOkResponse({ type: TeamDto, description: 'The team as it is now.' })
  async addMember(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<TeamDto> {
    return this.teams.addMember(caller.orgId, idFrom('team', id), idFrom('user', userId));
  }

  @Delete(':id/members/:userId')
  @Operation('removeTeamMember', {
    summary: 'Take a person out of a team',
    errors: ['team.not_found', 'user.not_found'],
  })
  @ApiParam(ID)
  @ApiParam(USER_ID)
  @ApiOkResponse({ type: TeamDto, description: 'The team as it is now.' })
  async removeMember(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<TeamDto> {
    return this.teams.removeMember(caller.orgId, idFrom('team', id), idFrom('user', userId));
  }
}
