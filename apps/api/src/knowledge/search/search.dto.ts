import { RERANK_TROUBLES, type RerankTrouble } from '@docket/adapters/reranking';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsString } from 'class-validator';
import { IsInteger } from '../../http/integer.validator.js';
import { IsNested } from '../../http/nested.validator.js';
import { Optional } from '../../http/optional.js';
import { IsText } from '../../http/text.validator.js';
import { EmbeddingDto } from './embedding-profile.dto.js';
import { IsMetadata } from '../documents/metadata.validator.js';
import { ApiInteger } from '../../openapi/properties.js';

/** Ids in one filter: what is meant by more is a collection or metadata. */
const MOST_DOCUMENTS = 1_000;

class SearchFilterDto {
  @ApiPropertyOptional({
    description: 'Pairs the document must have.',
    example: { area: 'exports' },
  })
  @Optional()
  @IsMetadata()
  metadata?: Record<string, string>;

  @ApiPropertyOptional({
    type: [String],
    maxItems: MOST_DOCUMENTS,
    description: 'Only these documents.',
    example: ['doc_01k8m3zq4yfk5tx2w7c9v1b6ng'],
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(MOST_DOCUMENTS)
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

  @ApiPropertyOptional({ default: 10, example: 5 })
  @Optional()
  @IsInteger(1, 50)
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
  @ApiInteger({ nullable: true, example: null }) page!: number | null;
  @ApiProperty({ type: String, nullable: true, example: 'https://help.example.com/exports' }) sourceUrl!:
    string | null;
  @ApiProperty({ example: 'Exports run every night at 02:00.' }) text!: string;
  @ApiInteger({ description: 'Offset into the extracted text, in UTF-16 code units.', example: 120 })
  charStart!: number;
  @ApiInteger({ example: 980 }) charEnd!: number;
  @ApiProperty({ description: 'Comparable within one answer only.', example: 0.93 }) score!: number;
  @ApiInteger({ nullable: true, description: 'Place in the lexical leg.', example: 1 })
  lexicalRank!: number | null;
  @ApiInteger({ nullable: true, description: 'Place in the vector leg.', example: 3 })
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
  @ApiInteger({ example: 7 }) tookMs!: number;
}
