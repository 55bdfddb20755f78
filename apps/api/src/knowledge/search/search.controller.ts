import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../access/operation.decorator.js';
import { Caller, type Principal } from '../../access/principal.js';
import { EmbeddingProfilesDto } from './embedding-profile.dto.js';
import { SearchDto, SearchResultDto } from './search.dto.js';
import { SearchService } from './search.service.js';

@ApiTags('Knowledge')
@Controller('v1')
export class SearchController {
  constructor(private readonly service: SearchService) {}

  @Post('search')
  @HttpCode(200)
  @Operation('search', {
    summary: 'Find passages',
    body: true,
    errors: ['collection.not_found', 'embedding.unavailable', 'embedding.rejected'],
  })
  @ApiOkResponse({ type: SearchResultDto, description: 'The best passages first.' })
  async search(@Caller() caller: Principal, @Body() dto: SearchDto): Promise<SearchResultDto> {
    return this.service.search(caller.orgId, dto);
  }

  @Get('embedding-profiles')
  @Operation('listEmbeddingProfiles', { summary: 'List the embedding profiles of this installation' })
  @ApiOkResponse({ type: EmbeddingProfilesDto, description: 'The profiles.' })
  async profiles(): Promise<EmbeddingProfilesDto> {
    return this.service.profiles();
  }
}
