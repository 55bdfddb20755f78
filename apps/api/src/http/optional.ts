import { ValidateIf } from 'class-validator';

/** The field may be left out. Unlike class-validator's own `IsOptional`, a null is a value, and as a rule a wrong one. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** The field may be left out, or set to null to clear it. */
export function OptionalOrNull(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined && value !== null);
}
