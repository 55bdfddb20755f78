import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../access/operation.decorator.js';
import { EmbeddingProfileDto } from '../../knowledge/search/embedding-profile.dto.js';
import { EmbeddingProfilesService } from './embedding-profiles.service.js';

const ACCEPTED = { type: EmbeddingProfileDto, description: 'The profile as it is; its state follows.' };
const SIGNAL_ERRORS = [
  'embedding_profile.not_found',
  'embedding_profile.not_changing',
  'service.unavailable',
] as const;

/** The change of the embedder, for those who operate the installation. */
@ApiTags('Installation')
@ApiParam({ name: 'id', example: 'emb_01k0000000e008000000000001' })
@Controller('v1/platform/embedding-profiles/:id')
export class EmbeddingProfilesController {
  constructor(private readonly service: EmbeddingProfilesService) {}

  @Post('activate')
  @HttpCode(202)
  @Operation('activateEmbeddingProfile', {
    summary: 'Build a profile beside the active one and switch to it',
    errors: [
      'embedding_profile.not_found',
      'embedding_profile.busy',
      'embedding.rejected',
      'service.unavailable',
    ],
  })
  @ApiAcceptedResponse(ACCEPTED)
  async activate(@Param('id') id: string): Promise<EmbeddingProfileDto> {
    return this.service.activate(id);
  }

  @Post('pause')
  @HttpCode(202)
  @Operation('pauseEmbeddingProfile', { summary: 'Pause the building of a profile', errors: SIGNAL_ERRORS })
  @ApiAcceptedResponse(ACCEPTED)
  async pause(@Param('id') id: string): Promise<EmbeddingProfileDto> {
    return this.service.signal(id, 'pause');
  }

  @Post('resume')
  @HttpCode(202)
  @Operation('resumeEmbeddingProfile', { summary: 'Go on building a profile', errors: SIGNAL_ERRORS })
  @ApiAcceptedResponse(ACCEPTED)
  async resume(@Param('id') id: string): Promise<EmbeddingProfileDto> {
    return this.service.signal(id, 'resume');
  }

  @Post('cancel')
  @HttpCode(202)
  @Operation('cancelEmbeddingProfile', {
    summary: 'Give up the building of a profile and remove its vectors',
    errors: SIGNAL_ERRORS,
  })
  @ApiAcceptedResponse(ACCEPTED)
  async cancel(@Param('id') id: string): Promise<EmbeddingProfileDto> {
    return this.service.signal(id, 'cancel');
  }

  @Post('roll-back')
  @HttpCode(202)
  @Operation('rollBackEmbeddingProfile', {
    summary: 'Go back to the profile before, while it is kept complete',
    errors: SIGNAL_ERRORS,
  })
  @ApiAcceptedResponse(ACCEPTED)
  async rollBack(@Param('id') id: string): Promise<EmbeddingProfileDto> {
    return this.service.signal(id, 'rollBack');
  }
}
