import { ApiProperty } from '@nestjs/swagger';
import { ApiInteger } from '../openapi/properties.js';

const DOCUMENT = 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng';
const CHUNK = 'chk_01k8m3zq4yfk5tx2w7c9v1b6ng';

export class CitationDto {
  @ApiInteger({ example: 1 }) marker!: number;
  @ApiProperty({ example: CHUNK }) chunkId!: string;
  @ApiProperty({ example: DOCUMENT }) documentId!: string;
  @ApiProperty({ example: 'Payroll exports' }) title!: string;
  @ApiProperty({ type: String, nullable: true, example: 'https://help.larkspur.example/exports' })
  sourceUrl!: string | null;
  @ApiProperty({
    description: 'Verbatim from the passage.',
    example: 'The export runs every night at 02:00.',
  })
  quote!: string;
  @ApiInteger({ description: 'Where the quote stands in the extracted text.', example: 412 })
  charStart!: number;
  @ApiInteger({ example: 449 }) charEnd!: number;
}
