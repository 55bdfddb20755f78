import { applyDecorators } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { ApiTime } from '../openapi/properties.js';

const RFC_3339 = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2}))?$/;

/** A day, or a time of RFC 3339 with its offset: what `Date` reads and the database keeps. */
export function IsTime(): PropertyDecorator {
  const rule = ValidateBy({
    name: 'isTime',
    validator: {
      validate: (value: unknown): boolean => typeof value === 'string' && isTime(value),
      defaultMessage: () => 'must be a time of RFC 3339, such as 2026-05-04T09:12:33Z, or a day',
    },
  });
  return applyDecorators(rule, ApiTime());
}

function isTime(value: string): boolean {
  if (!RFC_3339.test(value)) return false;
  const time = new Date(value);
  // `Date` takes the 31st of every month; the calendar does not.
  const day = Number(value.slice(8, 10));
  const month = Number(value.slice(5, 7));
  const year = Number(value.slice(0, 4));
  return !Number.isNaN(time.getTime()) && year > 0 && new Date(Date.UTC(year, month, 0)).getUTCDate() >= day;
}
