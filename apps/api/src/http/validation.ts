import { DocketError, type FieldProblem } from '@docket/domain/errors';
import { ValidationPipe, type ValidationError } from '@nestjs/common';

/** Rules about what kind of value a field holds, which come before rules about the value. */
const BASIC_RULES = new Set([
  'whitelistValidation',
  'isInt',
  'isString',
  'isText',
  'isName',
  'isFileName',
  'isWellFormed',
  'isArray',
  'isMetadata',
  'nestedValidation',
]);

/** Parses bodies and queries at the border: unknown fields are refused, and every problem is named with its path. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    exceptionFactory: (errors) => {
      const problems = flatten(errors, '');
      const detail = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
      return new DocketError('request.invalid', detail || 'The request is not valid.', { problems });
    },
  });
}

function flatten(errors: readonly ValidationError[], prefix: string): FieldProblem[] {
  return errors.flatMap((error) => {
    const path = prefix ? `${prefix}.${error.property}` : error.property;
    const own = mostBasic(error.constraints ?? {}).map(([rule, message]): FieldProblem => ({
      path,
      code: rule === 'whitelistValidation' ? 'unknown_field' : toSnakeCase(rule),
      message:
        rule === 'whitelistValidation' ? 'is not a field of this request' : plain(message, error.property),
    }));
    return [...own, ...flatten(error.children ?? [], path)];
  });
}

/** Of all that is wrong with one field, what is to be mended first: a text that should be a number has no maximum. */
function mostBasic(constraints: Readonly<Record<string, string>>): [string, string][] {
  const broken = Object.entries(constraints);
  const basic = broken.filter(([rule]) => BASIC_RULES.has(rule));
  return (basic.length > 0 ? basic : broken).slice(0, 1);
}

function toSnakeCase(rule: string): Lowercase<string> {
  const words = rule.replace(/(?<=.)[A-Z]/g, (letter) => `_${letter}`);
  return words.toLowerCase() as Lowercase<string>;
}

/** class-validator begins its messages with the property's name, which the path says already. */
function plain(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
