import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../access/operation.decorator.js';
import { AccessTokens } from './access-tokens.js';
import { PublicKeysDto } from './auth.dto.js';

@ApiTags('Sign-in')
@Controller('.well-known')
export class WellKnownController {
  constructor(private readonly tokens: AccessTokens) {}

  // A new key is published before it signs; the runbook waits longer than this.
  @Get('jwks.json')
  @Header('cache-control', 'public, max-age=300')
  @Operation('listPublicKeys', { summary: 'The keys that access tokens are verified with' })
  @ApiOkResponse({ type: PublicKeysDto, description: 'A JSON Web Key Set.' })
  keys(): PublicKeysDto {
    return { keys: this.tokens.publicKeys() };
  }
}
