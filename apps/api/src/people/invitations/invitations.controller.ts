import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../access/operation.decorator.js';
import { Caller, type Principal } from '../../access/principal.js';
import { idFrom } from '../../http/ids.js';
import { PageQuery, type Page } from '../../http/page.js';
import {
  CreateInvitationDto,
  InvitationDto,
  InvitationPageDto,
  IssuedInvitationDto,
} from './invitation.dto.js';
import { InvitationsService } from './invitations.service.js';

@ApiTags('Platform')
@Controller('v1/invitations')
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Post()
  @Operation('createInvitation', {
    summary: 'Invite a person',
    description: 'No mail is sent: the answer holds the token, once, for you to hand over.',
    body: true,
    errors: ['role.too_high', 'user.already_member'],
  })
  @ApiCreatedResponse({ type: IssuedInvitationDto, description: 'The invitation, with its token.' })
  async create(@Caller() caller: Principal, @Body() dto: CreateInvitationDto): Promise<IssuedInvitationDto> {
    return this.invitations.create(caller, dto);
  }

  @Get()
  @Operation('listInvitations', {
    summary: 'List invitations, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: InvitationPageDto, description: 'A page of invitations.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<InvitationDto>> {
    return this.invitations.list(caller.orgId, query);
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation('revokeInvitation', { summary: 'Revoke an invitation', errors: ['invitation.not_found'] })
  @ApiParam({ name: 'id', example: 'inv_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  @ApiNoContentResponse({ description: 'Its token no longer counts.' })
  async revoke(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.invitations.revoke(caller.orgId, idFrom('invitation', id));
  }
}
