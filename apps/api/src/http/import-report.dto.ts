import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FieldProblemDto } from '../openapi/problem.dto.js';
import { ApiInteger } from '../openapi/properties.js';

class ImportErrorDto {
  @ApiProperty({ example: 'request.invalid' }) code!: string;
  @ApiProperty({ example: 'subject: must not be empty' }) message!: string;
  @ApiProperty({ type: [FieldProblemDto], description: 'The fields at fault, as in a problem.' })
  errors!: FieldProblemDto[];
}

export class ImportedRowDto {
  @ApiInteger({ description: 'Number of the line, from 1.', example: 1 }) line!: number;
  @ApiProperty({ enum: ['accepted', 'refused'], example: 'accepted' }) outcome!: 'accepted' | 'refused';
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { ticketId: 'tkt_01k8m3zq4yfk5tx2w7c9v1b6ng', revision: 1 },
  })
  accepted?: Record<string, unknown>;
  @ApiPropertyOptional({ type: ImportErrorDto }) error?: ImportErrorDto;
}

export class ImportReportDto {
  @ApiInteger({ example: 98 }) accepted!: number;
  @ApiInteger({ example: 2 }) refused!: number;
  @ApiProperty({ type: [ImportedRowDto], description: 'In the order of the lines.' }) rows!: ImportedRowDto[];
}
