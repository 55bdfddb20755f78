import { isEmail, ValidateBy } from 'class-validator';
import { normaliseEmail } from './email-address.js';

/** RFC 5321's limit on a path, less its brackets. */
const MAX_LENGTH = 254;

/** An address that a person may have. */
export function IsEmailAddress(): PropertyDecorator {
  return ValidateBy({
    name: 'isEmailAddress',
    validator: {
      validate: (value: unknown): boolean =>
        typeof value === 'string' && value.length <= MAX_LENGTH && isEmail(normaliseEmail(value)),
      defaultMessage: () => 'must be an e-mail address',
    },
  });
}
