import { ERROR_CATEGORIES, type ErrorCategory } from '@docket/domain/errors';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ApiInteger } from './properties.js';

/** What is wrong with one field. */
export class FieldProblemDto {
  @ApiProperty({ description: 'Path of the field.', example: 'sizeBytes' })
  path!: string;
  @ApiProperty({ description: 'What is wrong, for programs.', example: 'is_int' })
  code!: string;
  @ApiProperty({ description: 'What is wrong, for people.', example: 'must be an integer number' })
  message!: string;
}

/** RFC 9457 problem. */
export class ProblemDto {
  @ApiProperty({ example: 'urn:docket:error:document.not_found' })
  type!: string;
  @ApiProperty({
    description: 'The same for every problem of this code.',
    example: 'The document does not exist',
  })
  title!: string;
  @ApiInteger({ example: 404 })
  status!: number;
  @ApiProperty({
    description: 'What happened and what to do.',
    example: 'There is no such document. Check the id.',
  })
  detail!: string;
  @ApiProperty({ description: 'Stable code: branch on this.', example: 'document.not_found' })
  code!: string;
  @ApiProperty({
    enum: ERROR_CATEGORIES,
    description: 'Whose matter it is: only another request helps with `input`; `bug` is ours.',
    example: 'input',
  })
  category!: ErrorCategory;
  @ApiProperty({ description: 'Finds the request in the logs.', example: '01k8m3zq' })
  requestId!: string;
  @ApiPropertyOptional({
    type: [FieldProblemDto],
    description: 'The fields at fault, for `request.invalid`.',
  })
  errors?: FieldProblemDto[];
}
