import { TAXONOMY_KEY_CHARACTERS_MAX } from '@docket/domain/enrichment/taxonomy';
import { TICKET_LIMITS } from '@docket/domain/ticket/limits';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MaxLength } from 'class-validator';
import { Optional } from '../http/optional.js';
import { IsText, IsWellFormed } from '../http/text.validator.js';
import { ApiTime } from '../openapi/properties.js';

/** Longest body of a labelled ticket that is kept: what it is about shows in its first pages. */
const EXAMPLE_CHARACTERS_MAX = 16_000;

export class CreateExampleDto {
  @ApiProperty({ example: 'Charged twice' })
  @IsText(TICKET_LIMITS.subject)
  subject!: string;

  @ApiProperty({ maxLength: EXAMPLE_CHARACTERS_MAX, example: 'Our card was charged twice this month.' })
  @IsWellFormed()
  @MaxLength(EXAMPLE_CHARACTERS_MAX)
  body!: string;

  @ApiProperty({ example: 'billing' }) @IsText(TAXONOMY_KEY_CHARACTERS_MAX) category!: string;
  @ApiPropertyOptional({ example: 'normal' })
  @Optional()
  @IsText(TAXONOMY_KEY_CHARACTERS_MAX)
  priority?: string;
  @ApiPropertyOptional({ example: 'finance' }) @Optional() @IsText(TAXONOMY_KEY_CHARACTERS_MAX) team?: string;
  @ApiPropertyOptional({ example: 'You will get it back.' })
  @Optional()
  @IsText(16_000)
  reply?: string;
}

export class ExampleDto {
  @ApiProperty({ example: 'exa_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'Charged twice' }) subject!: string;
  @ApiProperty({ example: 'Our card was charged twice this month.' }) body!: string;
  @ApiProperty({ example: 'billing' }) category!: string;
  @ApiProperty({ type: String, nullable: true, example: 'normal' }) priority!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'finance' }) team!: string | null;
  @ApiProperty({ type: String, nullable: true, example: null }) reply!: string | null;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
}

export class ExamplePageDto {
  @ApiProperty({ type: [ExampleDto] }) data!: ExampleDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}
