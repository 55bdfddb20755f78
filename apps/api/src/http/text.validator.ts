import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, type ValidationArguments } from 'class-validator';

/** A string that UTF-8 can hold: no lone surrogates. */
export function IsWellFormed(): PropertyDecorator {
  return ValidateBy({
    name: 'isWellFormed',
    validator: {
      validate: (value: unknown): boolean => typeof value === 'string' && value.isWellFormed(),
      defaultMessage: () => 'must be well-formed Unicode',
    },
  });
}

/**
 * A string of one to `most` characters that the database can hold as it is: well-formed, and without NUL. The description
 * names its lengths.
 */
export function IsText(most: number, options: { each?: boolean } = {}): PropertyDecorator {
  const text = {
    name: 'isText',
    constraints: [most],
    validator: {
      validate: (value: unknown): boolean => textProblem(value, most) === null,
      defaultMessage: (args?: ValidationArguments) => textProblem(args?.value, most) ?? 'is not valid',
    },
  };
  return applyDecorators(ValidateBy(text, options), ApiProperty({ minLength: 1, maxLength: most }));
}

/** What keeps a value from being such a text, as the end of a sentence; null when nothing. */
export function textProblem(value: unknown, most: number): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (value.length === 0) return 'must not be empty';
  if (value.length > most) return `must have at most ${most} characters`;
  if (!value.isWellFormed() || value.includes('\0')) return 'must be well-formed Unicode without NUL';
  return null;
}
