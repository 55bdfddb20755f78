import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { CreateOrgDto, PlatformOrgDto } from './platform-org.dto.js';
import { PlatformOrgsService } from './platform-orgs.service.js';

@ApiTags('Installation')
@Controller('v1/platform/orgs')
export class PlatformOrgsController {
  constructor(private readonly orgs: PlatformOrgsService) {}

  @Post()
  @Operation('createOrg', { summary: 'Create an organisation', body: true })
  @ApiCreatedResponse({ type: PlatformOrgDto, description: 'The organisation.' })
  async create(@Body() dto: CreateOrgDto): Promise<PlatformOrgDto> {
    return this.orgs.create(dto);
  }
}
