import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

/**
 * A text of one form, which the description names.
 *
 * @param message what the form is, as the end of a sentence
 */
export function HasPattern(pattern: RegExp, message: string): PropertyDecorator {
  return applyDecorators(Matches(pattern, { message }), ApiProperty({ pattern: pattern.source }));
}
