import {
  TAXONOMY_ENTRIES_MAX,
  TAXONOMY_KEY,
  TAXONOMY_KEY_CHARACTERS_MAX,
} from '@docket/domain/enrichment/taxonomy';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsListOfNested } from '../http/nested.validator.js';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

const KEY = { pattern: TAXONOMY_KEY.source };
const ENTRIES = { minItems: 1, maxItems: TAXONOMY_ENTRIES_MAX };

class CategoryEntryDto {
  @ApiProperty({ ...KEY, example: 'billing' }) @IsText(TAXONOMY_KEY_CHARACTERS_MAX) key!: string;
  @ApiProperty({ example: 'Billing' }) @IsText(200) name!: string;
  @ApiProperty({ example: 'Invoices, payments, prices and plans.' })
  @IsText(2_000)
  description!: string;
  @ApiPropertyOptional({
    description: 'Who takes care of it unless the answer says otherwise.',
    example: 'finance',
  })
  @Optional()
  @IsText(TAXONOMY_KEY_CHARACTERS_MAX)
  team?: string;
}

class TagEntryDto {
  @ApiProperty({ ...KEY, example: 'export' }) @IsText(TAXONOMY_KEY_CHARACTERS_MAX) key!: string;
  @ApiPropertyOptional({ example: 'About exports of any kind.' })
  @Optional()
  @IsText(2_000)
  description?: string;
}

class TeamEntryDto {
  @ApiProperty({ ...KEY, example: 'finance' }) @IsText(TAXONOMY_KEY_CHARACTERS_MAX) key!: string;
  @ApiProperty({ example: 'Finance' }) @IsText(200) name!: string;
}

class PriorityEntryDto {
  @ApiProperty({ ...KEY, example: 'urgent' }) @IsText(TAXONOMY_KEY_CHARACTERS_MAX) key!: string;
  @ApiProperty({ example: 'Nobody can work.' }) @IsText(2_000) description!: string;
}

export class PutTaxonomyDto {
  @ApiProperty({ type: [CategoryEntryDto], ...ENTRIES })
  @IsListOfNested(() => CategoryEntryDto)
  categories!: CategoryEntryDto[];

  @ApiProperty({ type: [TagEntryDto], maxItems: TAXONOMY_ENTRIES_MAX })
  @IsListOfNested(() => TagEntryDto)
  tags!: TagEntryDto[];

  @ApiProperty({ type: [TeamEntryDto], ...ENTRIES })
  @IsListOfNested(() => TeamEntryDto)
  teams!: TeamEntryDto[];

  @ApiProperty({ type: [PriorityEntryDto], ...ENTRIES, description: 'Most urgent first.' })
  @IsListOfNested(() => PriorityEntryDto)
  priorities!: PriorityEntryDto[];
}

export class TaxonomyDto extends PutTaxonomyDto {
  @ApiInteger({ description: '0 is what an organisation starts with.', example: 1 }) version!: number;
  @ApiProperty({ type: String, nullable: true, example: 'key_01k8m3zq4yfk5tx2w7c9v1b6ng' }) createdBy!:
    string | null;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.120Z' }) createdAt!: string | null;
}
