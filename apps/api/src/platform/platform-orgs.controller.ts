import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { PageQuery, type Page } from '../http/page.js';
import { CreatedOrgDto, CreateOrgDto, PlatformOrgDto, PlatformOrgPageDto } from './platform-org.dto.js';
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
