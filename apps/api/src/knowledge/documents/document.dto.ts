import { VERSION_STATES, type VersionState } from '@docket/domain/document/state-rules';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { IsIn, IsString } from 'class-validator';
import { Optional, OptionalOrNull } from '../../http/optional.js';
import { IsName } from '../../http/name.validator.js';
import { IsText, IsWellFormed } from '../../http/text.validator.js';
import { HasPattern } from '../../http/pattern.validator.js';
import { IsWebAddress } from '../../http/web-address.validator.js';
import { PageQuery } from '../../http/page.js';
import { IsMetadata } from './metadata.validator.js';
import { ApiInteger, ApiTime } from '../../openapi/properties.js';

/** What an upload and an inline document say alike of the document they bring. */
export class DocumentAttributesDto {
  @ApiPropertyOptional({
    description: 'Id or name of a collection; a name that does not exist is created.',
    default: 'default',
    example: 'handbook',
  })
  @Optional()
  @IsName(200)
  collection: string = 'default';

  @ApiPropertyOptional({
    description: 'Where the document can be read by people.',
    example: 'https://help.example.com/exports',
  })
  @Optional()
  @IsWebAddress()
  sourceUrl?: string;

  @ApiPropertyOptional({
    description:
      'Your own key: the same key in a collection is the same document, and other bytes become its next version.',
    example: 'help/exports',
  })
  @Optional()
  @IsName(500)
  externalKey?: string;

  @ApiPropertyOptional({
    description: 'Up to 32 pairs of up to 1,024 bytes.',
    example: { area: 'exports' },
  })
  @Optional()
  @IsMetadata()
  metadata?: Record<string, string>;

  @ApiPropertyOptional({ description: 'BCP 47 tag, or `auto`.', default: 'auto', example: 'en' })
  @Optional()
  @HasPattern(
    /^(auto|[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3})$/,
    'must be a language tag such as en or pt-BR, or auto',
  )
  language: string = 'auto';
}

export class CreateDocumentDto extends DocumentAttributesDto {
  @ApiProperty({ example: 'Payroll exports' })
  @IsName(500)
  title!: string;

  @ApiProperty({
    description: 'The whole text, up to 1 MB in UTF-8 unless the installation sets another limit.',
    example: '# Payroll exports\n\nExports run every night at 02:00.',
  })
  @IsString()
  @IsWellFormed()
  text!: string;

  @ApiProperty({ enum: ['text/markdown', 'text/plain', 'text/html'], example: 'text/markdown' })
  @IsIn(['text/markdown', 'text/plain', 'text/html'])
  mediaType!: 'text/markdown' | 'text/plain' | 'text/html';
}

export class UpdateDocumentDto {
  @ApiPropertyOptional({ example: 'Payroll exports' })
  @Optional()
  @IsName(500)
  title?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Null removes it.',
    example: 'https://help.example.com/exports',
  })
  @OptionalOrNull()
  @IsWebAddress()
  sourceUrl?: string | null;

  @ApiPropertyOptional({
    description: 'Replaces the metadata as a whole.',
    example: { area: 'exports' },
  })
  @Optional()
  @IsMetadata()
  metadata?: Record<string, string>;

  @ApiPropertyOptional({ description: 'Id or name of the collection to move to.', example: 'handbook' })
  @Optional()
  @IsName(200)
  collection?: string;
}

export class ListDocumentsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Id or name of a collection.', example: 'handbook' })
  @Optional()
  @IsText(200)
  collection?: string;

  @ApiPropertyOptional({ enum: VERSION_STATES, example: 'indexed' })
  @Optional()
  @IsIn(VERSION_STATES)
  state?: VersionState;

  @ApiPropertyOptional({ description: 'Part of a title or external key.', example: 'export' })
  @Optional()
  @IsText(200)
  q?: string;
}

export class DocumentErrorDto {
  @ApiProperty({ example: 'upload.checksum_mismatch' })
  code!: string;
  @ApiProperty({ example: 'The uploaded bytes have another SHA-256 than announced. Upload the file again.' })
  message!: string;
  @ApiProperty({ description: 'Whether a retry by hand may help.', example: false })
  retryable!: boolean;
}

class TimingsDto {
  @ApiInteger({ required: false, example: 812 }) receiveMs?: number;
  @ApiInteger({ required: false, example: 3 }) verifyMs?: number;
  @ApiInteger({ required: false, example: 9 }) parseMs?: number;
  @ApiInteger({ required: false, example: 2 }) chunkMs?: number;
  @ApiInteger({ required: false, example: 4 }) embedMs?: number;
  @ApiInteger({ required: false, example: 6 }) indexMs?: number;
}

export class DocumentDto {
  @ApiProperty({ example: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'Payroll exports' }) title!: string;
  @ApiProperty({ description: 'Id of the collection.', example: 'col_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  collection!: string;
  @ApiProperty({ example: 'handbook' }) collectionName!: string;
  @ApiProperty({ enum: VERSION_STATES, description: 'State of the newest version.', example: 'indexed' })
  state!: VersionState;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The step under way, or the one that failed.',
    example: null,
  })
  step!: string | null;
  @ApiProperty({ type: DocumentErrorDto, nullable: true, example: null }) error!: DocumentErrorDto | null;
  @ApiInteger({ example: 1 }) version!: number;
  @ApiInteger({ nullable: true, description: 'The version that search finds.', example: 1 })
  searchableVersion!: number | null;
  @ApiProperty({ example: 'exports.md' }) fileName!: string;
  @ApiProperty({ example: 'text/markdown' }) mediaType!: string;
  @ApiInteger({ example: 3012 }) sizeBytes!: number;
  @ApiProperty({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  sha256!: string;
  @ApiProperty({ description: 'As asked for, or as found when `auto` was.', example: 'en' })
  language!: string;
  @ApiProperty({ type: String, nullable: true, example: 'https://help.example.com/exports' }) sourceUrl!:
    string | null;
  @ApiProperty({ type: String, nullable: true, example: 'help/exports' }) externalKey!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { area: 'exports' } })
  metadata!: Record<string, string>;
  @ApiInteger({ example: 5 }) chunkCount!: number;
  @ApiInteger({ nullable: true, example: null }) pageCount!: number | null;
  @ApiProperty({ type: TimingsDto, description: 'Milliseconds each step took.' }) timings!: Record<
    string,
    number
  >;
  @ApiInteger({ description: 'Executions of the run so far.', example: 1 }) attempts!: number;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.480Z' }) indexedAt!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' }) runId!:
    string | null;
}

/** What is left of a document that was deleted. */
@ApiExtraModels(DocumentDto)
export class DeletedDocumentDto {
  @ApiProperty({ example: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ enum: ['deleted'], example: 'deleted' }) state!: 'deleted';
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the collection it was in; null when that is gone too.',
    example: 'col_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  collection!: string | null;
  @ApiInteger({ description: 'How many versions it had.', example: 2 }) version!: number;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ description: 'When its deletion was asked for.', example: '2026-06-01T08:00:00.000Z' })
  deletedAt!: string;
  @ApiProperty({
    description: 'The erasure; its `result` is the receipt.',
    example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  runId!: string;
}

/** A document as a reader finds it: as it is, or what is left of it. */
export const DOCUMENT_OR_DELETED = {
  oneOf: [{ $ref: getSchemaPath(DocumentDto) }, { $ref: getSchemaPath(DeletedDocumentDto) }],
};

export class ErasureStartedDto {
  @ApiProperty({ example: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng' }) documentId!: string;
  @ApiProperty({ enum: ['deleted'], example: 'deleted' }) state!: 'deleted';
  @ApiProperty({
    description: 'The erasure; a repeat answers the same one.',
    example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  runId!: string;
}

@ApiExtraModels(DeletedDocumentDto)
export class ListedDocumentsDto {
  @ApiProperty({
    type: 'array',
    items: DOCUMENT_OR_DELETED,
    description: 'Deleted documents only with `state=deleted`.',
  })
  data!: (DocumentDto | DeletedDocumentDto)[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class DocumentPageDto {
  @ApiProperty({ type: [DocumentDto] }) data!: DocumentDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class StartedDocumentDto {
  @ApiProperty({ example: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng' }) documentId!: string;
  @ApiInteger({ example: 1 }) version!: number;
  @ApiProperty({ enum: VERSION_STATES, example: 'uploaded' }) state!: VersionState;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null when the same bytes had been indexed before.',
    example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  runId!: string | null;
}

export class ChunkDto {
  @ApiProperty({ example: 'chk_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({
    type: [String],
    description: 'Headings above the passage, outermost first.',
    example: ['Exports', 'Schedule'],
  })
  sectionPath!: string[];
  @ApiInteger({ nullable: true, example: null }) page!: number | null;
  @ApiInteger({ description: 'Offset into the extracted text, in UTF-16 code units.', example: 120 })
  charStart!: number;
  @ApiInteger({ description: 'Offset behind the last code unit.', example: 980 }) charEnd!: number;
  @ApiProperty({ example: 'Exports run every night at 02:00.' }) text!: string;
  @ApiInteger({ description: 'Estimated tokens.', example: 210 }) tokenCount!: number;
}

export class ChunkPageDto {
  @ApiProperty({ type: [ChunkDto] }) data!: ChunkDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class ContentQuery {
  @ApiPropertyOptional({
    enum: ['original', 'text'],
    default: 'original',
    description: 'The file as uploaded, or the extracted text that passages point into.',
    example: 'text',
  })
  @Optional()
  @IsIn(['original', 'text'])
  form: 'original' | 'text' = 'original';
}

export class ContentDto {
  @ApiProperty({
    description: 'Good for a GET until it expires.',
    example: 'https://docket.example.com/storage/…',
  })
  url!: string;
  @ApiProperty({ example: 'text/markdown' }) mediaType!: string;
  @ApiProperty({ example: 'exports.md' }) fileName!: string;
  @ApiTime({ example: '2026-05-04T09:27:33.000Z' }) expiresAt!: string;
}
