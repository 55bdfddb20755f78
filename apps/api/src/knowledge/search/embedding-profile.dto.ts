import type { EmbeddingProfile } from '@docket/db/embedding-profiles';
import { ERROR_TITLES, isErrorCode } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { ApiProperty } from '@nestjs/swagger';
import { ApiInteger } from '../../openapi/properties.js';

export class EmbeddingDto {
  @ApiProperty({
    description: '`hashed` is no learned model: character n-grams in a fixed space.',
    example: 'hashed',
  })
  provider!: string;
  @ApiProperty({ example: 'hashed-character-ngrams-2048' }) model!: string;
}

class EmbeddingProgressDto {
  @ApiInteger({ description: 'Passages with a vector under this profile, when last counted.', example: 396 })
  embedded!: number;
  @ApiInteger({ description: 'Passages of the installation, when last counted.', example: 396 })
  passages!: number;
}

class EmbeddingProfileErrorDto {
  @ApiProperty({ example: 'embedding.rejected' }) code!: string;
  @ApiProperty({
    description: 'What the embedder said, to operators; to others only what the code stands for.',
    example: 'The embedder refused the request.',
  })
  message!: string;
}

export class EmbeddingProfileDto extends EmbeddingDto {
  @ApiProperty({ example: 'emb_01k0000000e008000000000001' }) id!: string;
  @ApiInteger({ example: 2048 }) dimension!: number;
  @ApiProperty({
    enum: ['registered', 'building', 'paused', 'active', 'standby', 'retired'],
    description:
      '`active` answers queries; `building` and `paused` are on the way there; `standby` was active before and can be gone back to.',
    example: 'active',
  })
  state!: string;
  @ApiProperty({ description: 'Share of the vector leg in a hybrid search, 0 to 1.', example: 0 })
  fusionWeight!: number;
  @ApiProperty({ type: EmbeddingProgressDto }) progress!: EmbeddingProgressDto;
  @ApiProperty({
    type: EmbeddingProfileErrorDto,
    nullable: true,
    description:
      'Why the change paused by itself. It goes on when an operator has mended that and resumes it.',
    example: null,
  })
  error!: EmbeddingProfileErrorDto | null;
}

export class EmbeddingProfilesDto {
  @ApiProperty({ type: [EmbeddingProfileDto] }) data!: EmbeddingProfileDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

/** A profile as organisations see it: what an embedder said may hold words of another one's document. */
export function showEmbeddingProfileToOrgs(profile: EmbeddingProfile): EmbeddingProfileDto {
  const { error } = profile;
  if (!error) return showEmbeddingProfile(profile);
  const title = isErrorCode(error.code) ? ERROR_TITLES[error.code] : 'The embedder failed';
  return showEmbeddingProfile({ ...profile, error: { code: error.code, message: `${title}.` } });
}

/** A profile as operators see it. */
export function showEmbeddingProfile(profile: EmbeddingProfile): EmbeddingProfileDto {
  const { publicId, provider, model, dimension, state, fusionWeight, embeddedCount, passageCount } = profile;
  return {
    id: toTypeId('embeddingProfile', publicId),
    provider,
    model,
    dimension,
    state,
    fusionWeight,
    progress: { embedded: embeddedCount, passages: passageCount },
    error: profile.error,
  };
}
