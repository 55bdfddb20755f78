import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { isEmail, ValidateBy } from 'class-validator';
import { normaliseEmail } from './email-address.js';

/** RFC 5321's limit on a path, less its brackets. */
const MAX_LENGTH = 254;

/** An address that a person may have. */
export function IsEmailAddress(): PropertyDecorator {
  const rule = ValidateBy({
    name: 'isEmailAddress',
    validator: {
      validate: (value: unknown): boolean =>
        typeof value === 'string' && value.length <= MAX_LENGTH && isEmail(normaliseEmail(value)),
      defaultMessage: () => 'must be an e-mail address',
    },
  });
  return applyDecorators(rule, ApiProperty({ format: 'email', maxLength: MAX_LENGTH }));
}
