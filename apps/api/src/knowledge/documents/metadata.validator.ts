import { DIRECTION_OVERRIDES } from '../../http/name.validator.js';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, type ValidationOptions } from 'class-validator';

const MOST_KEYS = 32;
const MOST_BYTES = 1_024;
/** A value may have lines and tabs; any other control is none that a person put there. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;
const KEY_PATTERN = /^[A-Za-z0-9_.-]{1,64}$/;

/** A flat object of strings: up to 32 plain keys, each value up to 1 kB in UTF-8. */
export function IsMetadata(options?: ValidationOptions): PropertyDecorator {
  const rule = ValidateBy(
    {
      name: 'isMetadata',
      validator: {
        validate: (value: unknown): boolean => problemOf(value) === null,
        defaultMessage: (args) => problemOf(args?.value) ?? 'is not valid',
      },
    },
    options,
  );
  return applyDecorators(
    rule,
    ApiProperty({
      type: 'object',
      maxProperties: MOST_KEYS,
      // Bytes are at least as many as characters.
      additionalProperties: { type: 'string', maxLength: MOST_BYTES },
    }),
  );
}

function problemOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'must be an object of strings';
  const entries = Object.entries(value);
  if (entries.length > MOST_KEYS) return `must have at most ${MOST_KEYS} keys`;
  for (const [key, text] of entries) {
    if (!KEY_PATTERN.test(key))
      return 'must have keys of 1 to 64 letters, digits, dots, hyphens or underscores';
    if (typeof text !== 'string') return `must hold a string under ${key}`;
    if (Buffer.byteLength(text) > MOST_BYTES) return `must hold at most ${MOST_BYTES} bytes under ${key}`;
    const problem = valueProblem(text);
    if (problem !== null) return `must not hold ${problem} under ${key}`;
  }
  return null;
}

/** What a value is not to hold, as the middle of a sentence. */
function valueProblem(text: string): string | null {
  if (!text.isWellFormed()) return 'half of a surrogate pair';
  if (CONTROLS.test(text)) return 'control characters';
  return DIRECTION_OVERRIDES.test(text) ? 'characters that turn the direction of text' : null;
}
