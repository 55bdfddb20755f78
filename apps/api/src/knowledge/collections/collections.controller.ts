import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../access/operation.decorator.js';
import { Caller, type Principal } from '../../access/principal.js';
import { idFrom } from '../../http/ids.js';
import { PageQuery, type Page } from '../../http/page.js';
import { CollectionDto, CollectionPageDto, CreateCollectionDto } from './collection.dto.js';
import { CollectionsService } from './collections.service.js';

const ID = { name: 'id', example: 'col_01k8m3zq4yfk5tx2w7c9v1b6ng' };

@ApiTags('Knowledge')
@Controller('v1/collections')
export class CollectionsController {
  constructor(private readonly collections: CollectionsService) {}

  @Post()
  @Operation('createCollection', {
    summary: 'Create a collection',
    body: true,
    errors: ['collection.name_taken'],
  })
  @ApiCreatedResponse({ type: CollectionDto, description: 'The collection.' })
  async create(@Caller() caller: Principal, @Body() dto: CreateCollectionDto): Promise<CollectionDto> {
    return this.collections.create(caller.orgId, dto);
  }

  @Get()
  @Operation('listCollections', {
    summary: 'List collections, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: CollectionPageDto, description: 'A page of collections.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<CollectionDto>> {
    return this.collections.list(caller.orgId, query);
  }

  @Get(':id')
  @Operation('getCollection', { summary: 'Read a collection', errors: ['collection.not_found'] })
  @ApiParam(ID)
  @ApiOkResponse({ type: CollectionDto, description: 'The collection.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<CollectionDto> {
    return this.collections.get(caller.orgId, idFrom('collection', id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation('deleteCollection', {
    summary: 'Delete an empty collection',
    errors: ['collection.not_found', 'collection.not_empty'],
  })
  @ApiParam(ID)
  @ApiNoContentResponse({ description: 'It is gone.' })
  async delete(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.collections.delete(caller.orgId, idFrom('collection', id));
  }
}
