import { applyDecorators } from '@nestjs/common';
import { IsInt, Max, Min } from 'class-validator';
import { ApiInteger } from '../openapi/properties.js';

/** A whole number within bounds, both included, which the description names. */
export function IsInteger(least: number, most?: number): PropertyDecorator {
  return applyDecorators(
    IsInt(),
    Min(least),
    ...(most === undefined ? [] : [Max(most)]),
    ApiInteger({ minimum: least, ...(most !== undefined && { maximum: most }) }),
  );
}
