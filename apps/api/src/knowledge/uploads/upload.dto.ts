import { VERSION_STATES, type VersionState } from '@docket/domain/document/state-rules';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInteger } from '../../http/integer.validator.js';
import { Optional } from '../../http/optional.js';
import { IsFileName, IsName } from '../../http/name.validator.js';
import { HasPattern } from '../../http/pattern.validator.js';
import { DocumentAttributesDto } from '../documents/document.dto.js';
import { ApiInteger, ApiTime } from '../../openapi/properties.js';

export class CreateUploadDto extends DocumentAttributesDto {
  @ApiProperty({
    description: 'Name of the file, without a path: one line, no control characters.',
    example: 'exports.md',
  })
  @IsFileName(255)
  fileName!: string;

  @ApiProperty({
    description:
      'Declared type, checked against the bytes. With `application/octet-stream` the extension of the file name decides.',
    example: 'text/markdown',
  })
  @HasPattern(
    /^[a-zA-Z0-9!#$&^_.+-]{1,64}\/[a-zA-Z0-9!#$&^_.+-]{1,64}(\s*;.*)?$/,
    'must be a media type such as text/markdown',
  )
  mediaType!: string;

  @ApiProperty({
    description: 'Exact size of the file, up to 50 MB unless the installation sets another limit.',
    example: 3012,
  })
  @IsInteger(1)
  sizeBytes!: number;

  @ApiProperty({
    description: 'SHA-256 of the file, 64 hexadecimal digits.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  @HasPattern(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
  sha256!: string;

  @ApiPropertyOptional({
    description: 'Shown title; by default the one the file itself says.',
    example: 'Payroll exports',
  })
  @Optional()
  @IsName(500)
  title?: string;
}

class PresignedUploadDto {
  @ApiProperty({ enum: ['PUT'], example: 'PUT' }) method!: 'PUT';
  @ApiProperty({ example: 'https://docket.example.com/storage/staging/…' }) url!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Send these with the PUT.',
    example: { 'content-type': 'text/markdown', 'content-length': '3012' },
  })
  headers!: Record<string, string>;
  @ApiTime({ example: '2026-05-04T09:27:33.000Z' }) expiresAt!: string;
}

export class UploadDto {
  @ApiProperty({ type: String, nullable: true, example: 'upl_01k8m3zq4yfk5tx2w7c9v1b6ng' }) uploadId!:
    string | null;
  @ApiProperty({ example: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng' }) documentId!: string;
  @ApiInteger({ example: 1 }) version!: number;
  @ApiProperty({ enum: VERSION_STATES, example: 'awaiting_upload' }) state!: VersionState;
  @ApiProperty({
    type: PresignedUploadDto,
    nullable: true,
    description: 'Null when there is nothing to upload.',
  })
  upload!: PresignedUploadDto | null;
  @ApiProperty({
    description: 'True when your organisation has exactly these bytes indexed.',
    example: false,
  })
  reused!: boolean;
  @ApiProperty({ type: String, nullable: true, example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' }) runId!:
    string | null;
}
