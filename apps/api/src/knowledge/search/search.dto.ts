import { RERANK_TROUBLES, type RerankTrouble } from '@docket/adapters/reranking';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsString, Max, Min } from 'class-validator';
import { IsNested } from '../../http/nested.validator.js';
import { Optional } from '../../http/optional.js';
import { IsText } from '../../http/text.validator.js';
import { EmbeddingDto } from './embedding-profile.dto.js';
import { IsMetadata } from '../documents/metadata.validator.js';

class SearchFilterDto {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Pairs the document must have.',
    example: { area: 'exports' },
  })
  @Optional()
  @IsMetadata()
  metadata?: Record<string, string>;

  @ApiPropertyOptional({
    type: [String],
    description: 'Only these documents.',
    example: ['doc_01k8m3zq4yfk5tx2w7c9v1b6ng'],
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  documentIds?: string[];

  @ApiPropertyOptional({ example: 'text/markdown' })
  @Optional()
  @IsText(200)
  mediaType?: string;
}

export class SearchDto {
  @ApiProperty({
    description:
      'Plain words; no syntax, and so no syntax error. Up to 8 kB, unless the installation sets another limit.',
    example: 'when do payroll exports run',
  })
  @IsString()
  query!: string;

  @ApiPropertyOptional({ description: 'Id or name of a collection.', example: 'handbook' })
  @Optional()
  @IsText(200)
  collection?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 50, default: 10, example: 5 })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(50)
  limit: number = 10;

  @ApiPropertyOptional({ enum: ['hybrid', 'lexical', 'vector'], default: 'hybrid', example: 'hybrid' })
  @Optional()
  @IsIn(['hybrid', 'lexical', 'vector'])
  mode: 'hybrid' | 'lexical' | 'vector' = 'hybrid';

  @ApiPropertyOptional({
    default: true,
    description: 'Whether the reranker judges the best passages, where the installation has one.',
    example: true,
  })
  @Optional()
  @IsBoolean()
  rerank: boolean = true;

  @ApiPropertyOptional({ type: SearchFilterDto })
  @Optional()
  @IsNested(() => SearchFilterDto)
  filter?: SearchFilterDto;
}

export class SearchHitDto {
  @ApiProperty({ example: 'chk_01k8m3zq4yfk5tx2w7c9v1b6ng' }) chunkId!: string;
  @ApiProperty({ example: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng' }) documentId!: string;
  @ApiProperty({ type: [String], description: 'Other documents with the same content.', example: [] })
  alsoIn!: string[];
  @ApiProperty({
    type: [String],
    description: 'Passages that say the same, of this document or others; they are no hits of their own.',
    example: [],
  })
  similarChunkIds!: string[];
  @ApiProperty({ example: 'Payroll exports' }) title!: string;
  @ApiProperty({ type: [String], example: ['Schedule'] }) sectionPath!: string[];
  @ApiProperty({ type: Number, nullable: true, example: null }) page!: number | null;
  @ApiProperty({ type: String, nullable: true, example: 'https://help.example.com/exports' }) sourceUrl!:
    string | null;
  @ApiProperty({ example: 'Exports run every night at 02:00.' }) text!: string;
  @ApiProperty({ description: 'Offset into the extracted text, in UTF-16 code units.', example: 120 })
  charStart!: number;
  @ApiProperty({ example: 980 }) charEnd!: number;
  @ApiProperty({ description: 'Comparable within one answer only.', example: 0.93 }) score!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'Place in the lexical leg.', example: 1 })
  lexicalRank!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Place in the vector leg.', example: 3 })
  vectorRank!: number | null;
}

export class RerankingDto {
  @ApiProperty({ example: 'voyage' }) provider!: string;
  @ApiProperty({ example: 'rerank-2.5-lite' }) model!: string;
  @ApiProperty({ description: 'False when the hits stand in the order they have without it.', example: true })
  applied!: boolean;
  @ApiProperty({
    enum: RERANK_TROUBLES,
    nullable: true,
    description: 'Why it was not applied. `resting`: it failed a moment ago, and was not asked.',
    example: null,
  })
  trouble!: RerankTrouble | null;
}

export class SearchResultDto {
  @ApiProperty({ type: [SearchHitDto] }) hits!: SearchHitDto[];
  @ApiProperty({
    type: RerankingDto,
    nullable: true,
    description: 'Null where the installation has no reranker, or the search does not want it.',
  })
  reranking!: RerankingDto | null;
  @ApiProperty({ type: EmbeddingDto }) embedding!: EmbeddingDto;
  @ApiProperty({ example: 7 }) tookMs!: number;
}
