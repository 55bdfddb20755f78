import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { SCOPES, type Scope } from '../access/scopes.js';
import { IsTime } from '../http/time.validator.js';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { ApiTime } from '../openapi/properties.js';

export const API_KEY_STATES = ['active', 'revoked', 'expired'] as const;

export class CreateApiKeyDto {
  @ApiProperty({ description: 'What tells it from others.', example: 'helpdesk, May 2026' })
  @IsText(200)
  name!: string;

  @ApiProperty({
    enum: SCOPES,
    isArray: true,
    minItems: 1,
    uniqueItems: true,
    description: 'What it may do: at most what you may.',
    example: ['documents:read', 'search'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(SCOPES, { each: true })
  scopes!: Scope[];

  @ApiPropertyOptional({
    description: 'From when it no longer counts; without it, it counts until it is revoked.',
    example: '2099-05-04T09:12:33Z',
  })
  @Optional()
  @IsTime()
  expiresAt?: string;
}

export class ApiKeyDto {
  @ApiProperty({ example: 'key_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'helpdesk, May 2026' }) name!: string;
  @ApiProperty({ description: 'Its beginning.', example: 'dk_live_7Gq2' }) prefix!: string;
  @ApiProperty({ enum: SCOPES, isArray: true, example: ['documents:read', 'search'] }) scopes!: string[];
  @ApiProperty({ enum: API_KEY_STATES, example: 'active' }) state!: (typeof API_KEY_STATES)[number];
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ nullable: true, example: null }) expiresAt!: string | null;
  @ApiTime({ nullable: true, example: null }) revokedAt!: string | null;
  @ApiTime({ nullable: true, description: 'To the minute.', example: null }) lastUsedAt!: string | null;
}

export class IssuedApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    description: 'The key itself: shown here and nowhere else.',
    example: 'dk_live_7Gq2...',
  })
  key!: string;
}

export class ApiKeyPageDto {
  @ApiProperty({ type: [ApiKeyDto] }) data!: ApiKeyDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}
