import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsTime } from '../http/time.validator.js';
import { Optional } from '../http/optional.js';
import { TokensDto } from '../tickets/enrichment.dto.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

export class UsageQuery {
  @ApiPropertyOptional({
    description: 'Beginning; 30 days ago where it is not given.',
    example: '2026-05-01T00:00:00Z',
  })
  @Optional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({
    description: 'End, not included; now where it is not given.',
    example: '2026-06-01T00:00:00Z',
  })
  @Optional()
  @IsTime()
  to?: string;
}

class UsageRowDto {
  @ApiProperty({ format: 'date', description: 'Day in UTC.', example: '2026-05-04' }) day!: string;
  @ApiProperty({ example: 'anthropic' }) provider!: string;
  @ApiProperty({ example: 'claude-sonnet-5-5' }) model!: string;
  @ApiInteger({ nullable: true, description: 'Version of the prompt.', example: 3 })
  promptVersion!: number | null;
  @ApiInteger({ description: 'Answered calls, refused and truncated ones included.', example: 412 })
  calls!: number;
  @ApiProperty({ type: TokensDto }) tokens!: TokensDto;
  @ApiInteger({ format: 'int64', description: 'Millionths of a US dollar.', example: 2_183_600 })
  costMicros!: number;
  @ApiInteger({
    format: 'int64',
    description:
      'What the provider’s cache of prompts took off, in millionths of a US dollar; below zero where writing it cost more than reading it saved.',
    example: 412_000,
  })
  savedMicros!: number;
  @ApiInteger({ description: 'Of the calls, those asked in message batches.', example: 300 })
  batchedCalls!: number;
  @ApiInteger({
    format: 'int64',
    description: 'What asking in message batches took off, in millionths of a US dollar.',
    example: 640_000,
  })
  batchSavedMicros!: number;
  @ApiInteger({ description: 'Calls of models without a price; they are not in the cost.', example: 0 })
  unpricedCalls!: number;
}

export class UsageDto {
  @ApiTime({ example: '2026-05-01T00:00:00.000Z' }) from!: string;
  @ApiTime({ example: '2026-06-01T00:00:00.000Z' }) to!: string;
  @ApiProperty({ example: 'USD' }) currency!: string;
  @ApiInteger({ format: 'int64', example: 2_183_600 }) costMicros!: number;
  @ApiInteger({ format: 'int64', description: 'Taken off by caching.', example: 412_000 })
  savedMicros!: number;
  @ApiInteger({ format: 'int64', description: 'Taken off by asking in message batches.', example: 640_000 })
  batchSavedMicros!: number;
  @ApiProperty({ type: [UsageRowDto] }) data!: UsageRowDto[];
}
