import { ValidateBy, type ValidationOptions } from 'class-validator';

const MOST_KEYS = 32;
const MOST_BYTES = 1_024;
const KEY_PATTERN = /^[A-Za-z0-9_.-]{1,64}$/;

/** A flat object of strings: up to 32 plain keys, each value up to 1 kB in UTF-8. */
export function IsMetadata(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isMetadata',
      validator: {
        validate: (value: unknown): boolean => problemOf(value) === null,
        defaultMessage: (args) => problemOf(args?.value) ?? 'is not valid',
      },
    },
    options,
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
    if (text.includes('\0')) return `must not hold a NUL character under ${key}`;
  }
  return null;
}
