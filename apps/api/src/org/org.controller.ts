import { Body, Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { Caller, Person, type Principal, type UserPrincipal } from '../access/principal.js';
import { UsersService } from '../people/users/users.service.js';
import { MyOrgsDto, OrgDto, UpdateOrgDto } from './org.dto.js';
import { OrgService } from './org.service.js';

@ApiTags('Platform')
@Controller('v1')
export class OrgController {
  constructor(
    private readonly orgs: OrgService,
    private readonly users: UsersService,
  ) {}

  @Get('org')
  @Operation('getOrg', { summary: 'Read your organisation' })
  @ApiOkResponse({ type: OrgDto, description: 'The organisation of the credential.' })
  async get(@Caller() caller: Principal): Promise<OrgDto> {
    return this.orgs.get(caller.orgId);
  }

  @Patch('org')
  @Operation('updateOrg', { summary: 'Change name, retention, approval policy or daily budget', body: true })
  @ApiOkResponse({ type: OrgDto, description: 'The organisation as it is now.' })
  async update(@Caller() caller: Principal, @Body() dto: UpdateOrgDto): Promise<OrgDto> {
    return this.orgs.update(caller.orgId, dto);
  }

  @Post('org/leave')
  @HttpCode(204)
  @Operation('leaveOrg', {
    summary: 'Leave the organisation',
    description: 'The access token counts no longer; a refresh goes on in another organisation of yours.',
    errors: ['org.last_owner'],
  })
  @ApiNoContentResponse({ description: 'You belong to it no longer.' })
  async leave(@Person() caller: UserPrincipal): Promise<void> {
    await this.users.leave(caller);
  }

  @Get('orgs')
  @Operation('listMyOrgs', { summary: 'List the organisations you belong to' })
  @ApiOkResponse({ type: MyOrgsDto, description: 'Every one, the first you joined leading.' })
  async listMine(@Person() caller: UserPrincipal): Promise<MyOrgsDto> {
    return this.orgs.listOf(caller);
  }
}
