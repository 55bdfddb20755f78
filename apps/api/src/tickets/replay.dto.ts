import { TEMPLATE_CHARACTERS_MAX } from '@docket/domain/prompt/render';
import { COMPARED_FIELDS, type ComparedField } from '@docket/domain/enrichment/compare';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsInteger } from '../http/integer.validator.js';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { CitationDto } from './citation.dto.js';
import { ApiInteger } from '../openapi/properties.js';

export const PASSAGE_SOURCES = ['pinned', 'fresh'] as const;
export type PassageSource = (typeof PASSAGE_SOURCES)[number];

export const PASSAGES = {
  enum: PASSAGE_SOURCES,
  description: '`pinned`: those that the original saw. `fresh`: what is found now.',
  example: 'pinned',
} as const;

/** What is asked otherwise than the original was. */
export class AskedOtherwiseDto {
  @ApiPropertyOptional({
    description: 'Number of a version of the prompt; that of the original where it is not given.',
    example: 1,
  })
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

export class ReplayEnrichmentDto extends AskedOtherwiseDto {
  @ApiProperty(PASSAGES)
  @IsIn(PASSAGE_SOURCES)
  passages!: PassageSource;
}

export class TestPromptDto extends AskedOtherwiseDto {
  @ApiProperty({ description: 'The ticket to try it on.', example: 'tkt_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  @IsText(100)
  ticketId!: string;

  @ApiPropertyOptional(PASSAGES)
  @Optional()
  @IsIn(PASSAGE_SOURCES)
  passages?: PassageSource;

  @ApiPropertyOptional({
    description: 'In place of that of the version.',
  })
  @Optional()
  @IsText(TEMPLATE_CHARACTERS_MAX)
  system?: string;

  @ApiPropertyOptional({
    description: 'In place of that of the version.',
  })
  @Optional()
  @IsText(TEMPLATE_CHARACTERS_MAX)
  template?: string;
}

export class AcceptedReplayDto {
  @ApiProperty({ description: 'The replay.', example: 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  enrichmentId!: string;
  @ApiProperty({ description: 'What it is a replay of.', example: 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  replayOf!: string;
  @ApiInteger({ description: 'Among the replays of that one.', example: 1 }) number!: number;
  @ApiProperty({ example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' }) runId!: string;
}

/** A value of a field; a list is tags. */
const VALUES = [
  { type: 'string' },
  { type: 'number' },
  { type: 'boolean' },
  { type: 'array', items: { type: 'string' } },
];

class FieldChangeDto {
  @ApiProperty({ enum: COMPARED_FIELDS, example: 'category' }) field!: ComparedField;
  @ApiProperty({ oneOf: VALUES, nullable: true, description: 'In the original.', example: 'question' })
  before!: string | number | boolean | string[] | null;
  @ApiProperty({ oneOf: VALUES, nullable: true, description: 'In the replay.', example: 'billing' })
  after!: string | number | boolean | string[] | null;
}

class CitationChangesDto {
  @ApiProperty({ type: [CitationDto], description: 'Quoted by both.' }) kept!: CitationDto[];
  @ApiProperty({ type: [CitationDto], description: 'Quoted by the replay alone.' }) added!: CitationDto[];
  @ApiProperty({ type: [CitationDto], description: 'Quoted by the original alone.' }) removed!: CitationDto[];
}

export class ResultDiffDto {
  @ApiProperty({ enum: COMPARED_FIELDS, isArray: true, example: ['category', 'reply'] })
  changed!: ComparedField[];
  @ApiProperty({ type: [FieldChangeDto], description: 'What differs, field by field; citations apart.' })
  fields!: FieldChangeDto[];
  @ApiProperty({
    type: CitationChangesDto,
    description: 'Two are the same where they quote the same characters of the same passage.',
  })
  citations!: CitationChangesDto;
}

/** What makes an enrichment a replay. */
export class ReplayDto {
  @ApiProperty({ example: 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng' }) replayOf!: string;
  @ApiInteger({ example: 1 }) number!: number;
  @ApiProperty(PASSAGES) passages!: PassageSource;
  @ApiProperty({ description: 'Whether it was the test of a prompt, and goes after a day.', example: false })
  isTest!: boolean;
  @ApiProperty({
    type: ResultDiffDto,
    nullable: true,
    description: 'Against the original as it is now; null until the replay is ready.',
  })
  diff!: ResultDiffDto | null;
}
