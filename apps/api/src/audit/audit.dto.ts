import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsTime } from '../http/time.validator.js';
import { Optional } from '../http/optional.js';
import { PageQuery } from '../http/page.js';
import { IsText } from '../http/text.validator.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

class AuditActorDto {
  @ApiProperty({ enum: ['user', 'api_key', 'operator', 'anonymous', 'system'], example: 'api_key' })
  kind!: string;
  @ApiProperty({ type: String, nullable: true, example: 'key_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  id!: string | null;
}

export class AuditEventDto {
  @ApiInteger({ description: 'Place in the chain, from 1 and without a gap.', example: 17 }) seq!: number;
  @ApiProperty({ example: 'aud_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) at!: string;
  @ApiProperty({ type: AuditActorDto }) actor!: AuditActorDto;
  @ApiProperty({ example: 'collection.create' }) action!: string;
  @ApiProperty({ description: 'Id of what was acted on.', example: 'col_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  subject!: string;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, example: null })
  before!: Record<string, unknown> | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { name: 'handbook' },
  })
  after!: Record<string, unknown> | null;
  @ApiProperty({ type: String, nullable: true, example: '01a1fe16-7c88-79a4-8a4b-dd314e665b30' })
  requestId!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' }) address!: string | null;
  @ApiProperty({
    description: 'SHA-256 over the hash before it and the event as canonical JSON, in hexadecimal.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  hash!: string;
}

export class AuditPageDto {
  @ApiProperty({ type: [AuditEventDto] }) data!: AuditEventDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

class AuditHeadDto {
  @ApiInteger({ example: 17 }) seq!: number;
  @ApiProperty({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  hash!: string;
}

const FAULTS = ['record_changed', 'link_broken', 'event_missing', 'head_mismatch'] as const;

class AuditProblemDto {
  @ApiInteger({ description: 'The first event that is not as it was written.', example: 12 }) seq!: number;
  @ApiProperty({ enum: FAULTS, example: 'record_changed' }) fault!: (typeof FAULTS)[number];
}

export class AuditVerdictDto {
  @ApiProperty({ description: 'True when every event is as it was written.', example: true }) valid!: boolean;
  @ApiInteger({ description: 'Events that were read.', example: 17 }) events!: number;
  @ApiProperty({ type: AuditHeadDto, nullable: true, description: 'Where the chain ends.' })
  head!: AuditHeadDto | null;
  @ApiProperty({ type: AuditProblemDto, nullable: true, example: null }) problem!: AuditProblemDto | null;
}

export class ListAuditQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'collection.create' })
  @Optional()
  @IsText(100)
  action?: string;

  @ApiPropertyOptional({
    description: 'Id of what was acted on.',
    example: 'col_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  @Optional()
  @IsText(100)
  subject?: string;

  @ApiPropertyOptional({ description: 'Id of who acted.', example: 'key_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  @Optional()
  @IsText(100)
  actor?: string;

  @ApiPropertyOptional({ description: 'At or after this time.', example: '2026-05-04T00:00:00Z' })
  @Optional()
  @IsTime()
  since?: string;

  @ApiPropertyOptional({ description: 'Before this time.', example: '2026-06-04T00:00:00Z' })
  @Optional()
  @IsTime()
  until?: string;
}
