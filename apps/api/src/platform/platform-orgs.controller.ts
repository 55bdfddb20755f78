import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { idFrom } from '../http/ids.js';
import { PageQuery, type Page } from '../http/page.js';
import {
  CreatedOrgDto,
  CreateOrgDto,
  PlatformOrgDto,
  PlatformOrgPageDto,
  UpdatePlatformOrgDto,
} from './platform-org.dto.js';
import { PlatformOrgsService } from './platform-orgs.service.js';

@ApiTags('Installation')
@Controller('v1/platform/orgs')
export class PlatformOrgsController {
  constructor(private readonly orgs: PlatformOrgsService) {}

  @Post()
  @Operation('createOrg', { summary: 'Create an organisation', body: true })
  @ApiCreatedResponse({ type: CreatedOrgDto, description: 'The organisation.' })
  async create(@Body() dto: CreateOrgDto): Promise<CreatedOrgDto> {
    return this.orgs.create(dto);
  }

  @Patch(':id')
  @Operation('updatePlatformOrg', {
    summary: 'Put an organisation on another plan',
    description: 'What it has beyond the limits of the new plan stays; nothing is added to it.',
    body: true,
    errors: ['org.not_found'],
  })
  @ApiParam({ name: 'id', example: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  @ApiOkResponse({ type: PlatformOrgDto, description: 'The organisation as it is now.' })
  async update(@Param('id') id: string, @Body() dto: UpdatePlatformOrgDto): Promise<PlatformOrgDto> {
    return this.orgs.update(idFrom('org', id), dto);
  }

  @Get()
  @Operation('listOrgs', {
    summary: 'List the organisations of the installation, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: PlatformOrgPageDto, description: 'A page of organisations.' })
  async list(@Query() query: PageQuery): Promise<Page<PlatformOrgDto>> {
    return this.orgs.list(query);
  }
}
