import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsUrl, MaxLength } from 'class-validator';

/** What browsers and servers take without asking twice. */
const MAX_LENGTH = 2_000;

/** An address that a person may open. */
export function IsWebAddress(): PropertyDecorator {
  return applyDecorators(
    IsUrl(
      { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
      { message: 'must be an http or https address' },
    ),
    MaxLength(MAX_LENGTH),
    ApiProperty({ format: 'uri', maxLength: MAX_LENGTH }),
  );
}
