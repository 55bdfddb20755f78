import { ERROR_CATEGORIES, type ErrorCategory } from '@docket/domain/errors';
import { ApiProperty } from '@nestjs/swagger';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

export class FailuresOfCodeDto {
  @ApiProperty({ description: 'Name of the workflow.', example: 'documentIngest' }) kind!: string;
  @ApiProperty({ example: 'storage.unavailable' }) errorCode!: string;
  @ApiProperty({
    enum: ERROR_CATEGORIES,
    description: 'Whose matter it is: only another file helps with `input`; `bug` is ours.',
    example: 'storage',
  })
  category!: ErrorCategory;
  @ApiInteger({ description: 'Runs that ended so and were not taken up again.', example: 12 })
  count!: number;
  @ApiTime({ description: 'When the first of them ended.', example: '2026-05-04T09:12:33.480Z' })
  oldest!: string;
  @ApiTime({ description: 'When the last of them ended.', example: '2026-05-04T11:40:02.113Z' })
  newest!: string;
  @ApiTime({
    nullable: true,
    description: 'When the first of them is retried by itself; null when none is.',
    example: '2026-05-04T11:52:40.000Z',
  })
  nextRetryAt!: string | null;
  @ApiInteger({
    description: 'How many failed the same way so often that they wait for a person.',
    example: 2,
  })
  setAside!: number;
}

export class FailuresDto {
  @ApiProperty({ type: [FailuresOfCodeDto], description: 'The most first.' }) data!: FailuresOfCodeDto[];
}
