import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { idFrom } from '../http/ids.js';
import { PageQuery, type Page } from '../http/page.js';
import { ApiKeyDto, ApiKeyPageDto, CreateApiKeyDto, IssuedApiKeyDto } from './api-key.dto.js';
import { ApiKeysService } from './api-keys.service.js';

const ID = { name: 'id', example: 'key_01k8m3zq4yfk5tx2w7c9v1b6ng' };

@ApiTags('Platform')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @Operation('createApiKey', {
    summary: 'Create an API key',
    description: 'To rotate, make the next key, move to it, and revoke the last: both count meanwhile.',
    body: true,
    errors: ['api_key.scope_exceeded'],
  })
  @ApiCreatedResponse({ type: IssuedApiKeyDto, description: 'The key, shown this once.' })
  async create(@Caller() caller: Principal, @Body() dto: CreateApiKeyDto): Promise<IssuedApiKeyDto> {
    return this.apiKeys.create(caller, dto);
  }

  @Get()
  @Operation('listApiKeys', {
    summary: 'List API keys, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: ApiKeyPageDto, description: 'A page of keys, revoked and expired ones too.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<ApiKeyDto>> {
    return this.apiKeys.list(caller.orgId, query);
  }

  @Get(':id')
  @Operation('getApiKey', { summary: 'Read an API key, not its secret', errors: ['api_key.not_found'] })
  @ApiParam(ID)
  @ApiOkResponse({ type: ApiKeyDto, description: 'The key.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<ApiKeyDto> {
    return this.apiKeys.get(caller.orgId, idFrom('apiKey', id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation('revokeApiKey', {
    summary: 'Revoke an API key',
    description: 'It is refused from the next request on, and stays in the list.',
    errors: ['api_key.not_found'],
  })
  @ApiParam(ID)
  @ApiNoContentResponse({ description: 'It no longer counts.' })
  async revoke(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.apiKeys.revoke(caller.orgId, idFrom('apiKey', id));
  }
}
