import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

/**
 * A whole number: a count, a revision, a size. Without it the description says `number`, and generated clients take a
 * fraction. What may go beyond 2^31, such as tokens, bytes of storage and millionths of a dollar, says `format: 'int64'`.
 */
export function ApiInteger(options: ApiPropertyOptions = {}): PropertyDecorator {
  return ApiProperty({ ...options, type: 'integer' } as ApiPropertyOptions);
}

/** A time of RFC 3339 in UTC, which generated clients read as one and not as a text. */
export function ApiTime(options: ApiPropertyOptions = {}): PropertyDecorator {
  return ApiProperty({ ...options, type: 'string', format: 'date-time' } as ApiPropertyOptions);
}
