import { ValidateBy } from 'class-validator';

/** Text without lone surrogates, which UTF-8 cannot hold. */
export function IsWellFormed(): PropertyDecorator {
  return ValidateBy({
    name: 'isWellFormed',
    validator: {
      validate: (value: unknown): boolean => typeof value === 'string' && value.isWellFormed(),
      defaultMessage: () => 'must be well-formed Unicode',
    },
  });
}
