import { MODEL_EFFORTS, type ModelEffort } from '@docket/adapters/language-model';
import { TEMPLATE_CHARACTERS_MAX } from '@docket/domain/prompt/render';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsInteger } from '../http/integer.validator.js';
import { IsNested } from '../http/nested.validator.js';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

class PromptParamsDto {
  @ApiPropertyOptional({ enum: MODEL_EFFORTS, example: 'low' })
  @Optional()
  @IsIn(MODEL_EFFORTS)
  effort?: ModelEffort;

  @ApiPropertyOptional({ example: 8_000 })
  @Optional()
  @IsInteger(256, 100_000)
  maxOutputTokens?: number;
}

export class CreatePromptVersionDto {
  @ApiProperty({
    description: 'Mustache. Knows categories, priorities, teams and tags: the same for all tickets.',
    example: 'Sort the ticket.\n{{#categories}}\n- {{key}}: {{description}}\n{{/categories}}',
  })
  @IsText(TEMPLATE_CHARACTERS_MAX)
  system!: string;

  @ApiProperty({
    description: 'Mustache. Knows ticket, passages, examples and the fence.',
    example: '<<<{{fence}}\n{{ticket.subject}}\n{{ticket.body}}\n{{fence}}>>>',
  })
  @IsText(TEMPLATE_CHARACTERS_MAX)
  template!: string;

  @ApiPropertyOptional({ example: 'claude-haiku-5-5' })
  @Optional()
  @IsText(200)
  model?: string;

  @ApiPropertyOptional({ type: PromptParamsDto })
  @Optional()
  @IsNested(() => PromptParamsDto)
  params?: PromptParamsDto;

  @ApiProperty({ description: 'What is different, and why.', example: 'Shorter replies.' })
  @IsText(1_000)
  note!: string;
}

export class PromptVersionDto {
  @ApiInteger({ example: 2 }) version!: number;
  @ApiProperty({ example: 'Sort the ticket.' }) system!: string;
  @ApiProperty({ example: '{{ticket.subject}}' }) template!: string;
  @ApiProperty({ type: String, nullable: true, example: null }) model!: string | null;
  @ApiProperty({ type: PromptParamsDto }) params!: PromptParamsDto;
  @ApiProperty({ example: 'Shorter replies.' }) note!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null for what ships with Docket.',
    example: 'key_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  createdBy!: string | null;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.120Z' }) createdAt!: string | null;
}

export class MoveLabelDto {
  @ApiProperty({ example: 2 })
  @IsInteger(1, 1_000_000)
  version!: number;

  @ApiProperty({ description: 'Why.', example: 'Better on the tickets of May.' })
  @IsText(1_000)
  note!: string;
}

export class PromptLabelDto {
  @ApiProperty({ example: 'production' }) label!: string;
  @ApiInteger({ example: 2 }) version!: number;
  @ApiProperty({ example: 'Better on the tickets of May.' }) note!: string;
  @ApiProperty({ type: String, nullable: true, example: 'key_01k8m3zq4yfk5tx2w7c9v1b6ng' }) movedBy!:
    string | null;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.120Z' }) movedAt!: string | null;
}

export class PromptLabelMovesDto {
  @ApiProperty({ type: [PromptLabelDto], description: 'Newest first.' }) data!: PromptLabelDto[];
}

export class PromptDto {
  @ApiProperty({ example: 'ticket-enrichment' }) name!: string;
  @ApiProperty({ type: [PromptLabelDto] }) labels!: PromptLabelDto[];
  @ApiProperty({ type: [PromptVersionDto], description: 'Newest first.' }) versions!: PromptVersionDto[];
}

export class PreviewPromptDto {
  @ApiProperty({
    description: 'The ticket whose pinned passages fill it.',
    example: 'tkt_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  @IsText(100)
  ticketId!: string;

  @ApiPropertyOptional({
    description: 'A stored version; the production one where it is not given.',
    example: 2,
  })
  @Optional()
  @IsInteger(1, 1_000_000)
  version?: number;

  @ApiPropertyOptional({ description: 'In place of the stored one.' })
  @Optional()
  @IsText(TEMPLATE_CHARACTERS_MAX)
  system?: string;

  @ApiPropertyOptional({ description: 'In place of the stored one.' })
  @Optional()
  @IsText(TEMPLATE_CHARACTERS_MAX)
  template?: string;
}

export class PromptPreviewDto {
  @ApiProperty({ example: 'Sort the ticket.' }) system!: string;
  @ApiProperty({ example: 'Night export missing' }) prompt!: string;
}
