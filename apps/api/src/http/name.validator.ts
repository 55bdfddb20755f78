import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import { textProblem } from './text.validator.js';

/** The C0 and C1 controls, delete, and the line and paragraph separators: a name is one line. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;

/**
 * Overrides, embeddings and isolates of direction: with them `invoice\u202Efdp.exe` is read as `invoiceexe.pdf`. The plain marks of
 * direction (U+200E, U+200F, U+061C) stay, since names in Arabic and Hebrew need them.
 */
export const DIRECTION_OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/u;

/**
 * One line of up to `most` characters that people will read as it is: a title, a key. It is stored and shown as it was sent,
 * never mended, so what would make it other than it looks is refused.
 */
export function IsName(most: number): PropertyDecorator {
  return named('isName', most, nameProblem);
}

/** The name of a file, without a path to it: nobody has to wonder what a slash in it would do somewhere else. */
export function IsFileName(most: number): PropertyDecorator {
  return named('isFileName', most, (value, limit) => {
    const problem = nameProblem(value, limit);
    if (problem !== null) return problem;
    if (/[/\\]/u.test(value as string)) return 'must be a name without a path: no / and no \\';
    return /^\.{1,2}$/u.test(value as string) ? 'must be the name of a file' : null;
  });
}

function named(
  name: string,
  most: number,
  problemOf: (value: unknown, most: number) => string | null,
): PropertyDecorator {
  const rule = ValidateBy({
    name,
    constraints: [most],
    validator: {
      validate: (value: unknown): boolean => problemOf(value, most) === null,
      defaultMessage: (args?: ValidationArguments) => problemOf(args?.value, most) ?? 'is not valid',
    },
  });
  return applyDecorators(rule, ApiProperty({ minLength: 1, maxLength: most }));
}

function nameProblem(value: unknown, most: number): string | null {
  const problem = textProblem(value, most);
  if (problem !== null) return problem;
  if (CONTROLS.test(value as string)) return 'must be one line without control characters';
  if (DIRECTION_OVERRIDES.test(value as string))
    return 'must not turn the direction of text (U+202A to U+202E, U+2066 to U+2069)';
  return (value as string).trim() === '' ? 'must not be blank' : null;
}
