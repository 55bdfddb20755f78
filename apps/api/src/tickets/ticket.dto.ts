import { ENRICHMENT_STATES, type EnrichmentState } from '@docket/domain/enrichment/state-rules';
import { TAXONOMY_KEY_CHARACTERS_MAX } from '@docket/domain/enrichment/taxonomy';
import { TICKET_LIMITS } from '@docket/domain/ticket/limits';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsMetadata } from '../knowledge/documents/metadata.validator.js';
import { IsTime } from '../http/time.validator.js';
import { IsInteger } from '../http/integer.validator.js';
import { IsNested } from '../http/nested.validator.js';
import { Optional } from '../http/optional.js';
import { HasPattern } from '../http/pattern.validator.js';
import { PageQuery } from '../http/page.js';
import { IsText, IsWellFormed } from '../http/text.validator.js';
import { EnrichmentDto } from './enrichment.dto.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

export class RequesterDto {
  @ApiPropertyOptional({ example: 'Priya Nair' })
  @Optional()
  @IsText(TICKET_LIMITS.requesterName)
  name?: string;

  @ApiPropertyOptional({ example: 'priya@bakery.example' })
  @Optional()
  @IsText(TICKET_LIMITS.requesterEmail)
  email?: string;
}

export class CreateTicketDto {
  @ApiProperty({
    description:
      'Your own id of the ticket. The same id again, with another subject or body, is its next revision.',
    example: 'HD-20417',
  })
  @IsText(TICKET_LIMITS.externalId)
  externalId!: string;

  @ApiProperty({ example: 'Night export missing' })
  @IsText(TICKET_LIMITS.subject)
  subject!: string;

  @ApiProperty({
    description: 'As it was written; up to `TICKET_MAX_BYTES` (64 kB). It may be empty.',
    example: 'Hi, when does the payroll export run? Ours was not there this morning.',
  })
  @IsWellFormed()
  body!: string;

  @ApiPropertyOptional({ example: 'email' })
  @Optional()
  @IsText(TICKET_LIMITS.channel)
  channel?: string;

  @ApiPropertyOptional({ type: RequesterDto })
  @Optional()
  @IsNested(() => RequesterDto)
  requester?: RequesterDto;

  @ApiPropertyOptional({ description: 'BCP 47; found out where it is not given.', example: 'en' })
  @Optional()
  @HasPattern(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a BCP 47 tag such as en or de-CH')
  language?: string;

  @ApiPropertyOptional({ description: 'When it was written.', example: '2026-05-04T09:12:33Z' })
  @Optional()
  @IsTime()
  createdAt?: string;

  @ApiPropertyOptional({ example: { plan: 'bloom' } })
  @Optional()
  @IsMetadata()
  metadata?: Record<string, string>;
}

export class AcceptedTicketDto {
  @ApiProperty({ example: 'tkt_01k8m3zq4yfk5tx2w7c9v1b6ng' }) ticketId!: string;
  @ApiInteger({ example: 1 }) revision!: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The run that enriches this revision.',
    example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  runId!: string | null;
}

export class TicketDto {
  @ApiProperty({ example: 'tkt_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'HD-20417' }) externalId!: string;
  @ApiProperty({ example: 'Night export missing' }) subject!: string;
  @ApiProperty({ example: 'Hi, when does the payroll export run?' }) body!: string;
  @ApiInteger({ example: 1 }) revision!: number;
  @ApiProperty({ type: String, nullable: true, example: 'email' }) channel!: string | null;
  @ApiProperty({ type: RequesterDto }) requester!: RequesterDto;
  @ApiProperty({ type: String, nullable: true, example: 'en' }) language!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { plan: 'bloom' } })
  metadata!: Record<string, string>;
  @ApiTime({
    description: 'When Docket first saw it, or when it was written.',
    example: '2026-05-04T09:12:33.120Z',
  })
  createdAt!: string;
  @ApiTime({ description: 'When subject or body last changed.', example: '2026-05-04T09:12:33.120Z' })
  changedAt!: string;
  @ApiProperty({ type: EnrichmentDto, nullable: true, description: 'The one that counts.' })
  enrichment!: EnrichmentDto | null;
}

export class TicketPageDto {
  @ApiProperty({ type: [TicketDto] }) data!: TicketDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class ListTicketsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ENRICHMENT_STATES, description: 'State of the enrichment.', example: 'ready' })
  @Optional()
  @IsIn(ENRICHMENT_STATES)
  state?: EnrichmentState;

  @ApiPropertyOptional({ example: 'billing' })
  @Optional()
  @IsText(TAXONOMY_KEY_CHARACTERS_MAX)
  category?: string;

  @ApiPropertyOptional({ example: 'urgent' })
  @Optional()
  @IsText(TAXONOMY_KEY_CHARACTERS_MAX)
  priority?: string;

  @ApiPropertyOptional({ description: 'Part of the subject or of your own id.', example: 'export' })
  @Optional()
  @IsText(200)
  q?: string;
}

export class EnrichAgainDto {
  @ApiPropertyOptional({ description: 'Number of a version of the prompt `ticket-enrichment`.', example: 2 })
  @Optional()
  @IsInteger(1, 1_000_000)
  promptVersion?: number;

  @ApiPropertyOptional({
    description: 'Model of the first configured provider.',
    example: 'claude-haiku-5-5',
  })
  @Optional()
  @IsText(200)
  model?: string;
}

export class AcceptedEnrichmentDto extends AcceptedTicketDto {
  @ApiProperty({ example: 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng' }) enrichmentId!: string;
}
