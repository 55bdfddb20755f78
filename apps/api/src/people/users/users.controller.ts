import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../access/operation.decorator.js';
import { Caller, type Principal } from '../../access/principal.js';
import { idFrom } from '../../http/ids.js';
import { PageQuery, type Page } from '../../http/page.js';
import { ChangeRoleDto, MemberDto, MemberPageDto } from './user.dto.js';
import { UsersService } from './users.service.js';

const ID = { name: 'id', example: 'usr_01k8m3zq4yfk5tx2w7c9v1b6ng' };

@ApiTags('Platform')
@Controller('v1/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @Operation('listUsers', {
    summary: 'List the members of the organisation, newest account first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: MemberPageDto, description: 'A page of members.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<MemberDto>> {
    return this.users.list(caller.orgId, query);
  }

  @Get(':id')
  @Operation('getUser', { summary: 'Read a member', errors: ['user.not_found'] })
  @ApiParam(ID)
  @ApiOkResponse({ type: MemberDto, description: 'The member.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<MemberDto> {
    return this.users.get(caller.orgId, idFrom('user', id));
  }

  @Patch(':id')
  @Operation('changeUserRole', {
    summary: 'Change the role of a member',
    description: 'Counts from their next request on. Only owners make or change owners.',
    body: true,
    errors: ['user.not_found', 'role.too_high', 'org.last_owner'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: MemberDto, description: 'The member with the new role.' })
  async changeRole(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() dto: ChangeRoleDto,
  ): Promise<MemberDto> {
    return this.users.changeRole(caller, idFrom('user', id), dto.role);
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation('removeUser', {
    summary: 'Remove a member from the organisation',
    description: 'Their next request is refused. Only owners remove owners.',
    errors: ['user.not_found', 'role.too_high', 'org.last_owner'],
  })
  @ApiParam(ID)
  @ApiNoContentResponse({ description: 'They belong to the organisation no longer.' })
  async remove(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.users.remove(caller, idFrom('user', id));
  }
}
