import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsListOfNested } from '../http/nested.validator.js';
import { Optional } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';

class CategoryEntryDto {
  @ApiProperty({ maxLength: 64, example: 'billing' }) @IsText(64) key!: string;
  @ApiProperty({ maxLength: 200, example: 'Billing' }) @IsText(200) name!: string;
  @ApiProperty({ maxLength: 2000, example: 'Invoices, payments, prices and plans.' })
  @IsText(2_000)
  description!: string;
  @ApiPropertyOptional({
    description: 'Who takes care of it unless the answer says otherwise.',
    example: 'finance',
  })
  @Optional()
  @IsText(64)
  team?: string;
}

class TagEntryDto {
  @ApiProperty({ maxLength: 64, example: 'export' }) @IsText(64) key!: string;
  @ApiPropertyOptional({ maxLength: 2000, example: 'About exports of any kind.' })
  @Optional()
  @IsText(2_000)
  description?: string;
}

class TeamEntryDto {
  @ApiProperty({ maxLength: 64, example: 'finance' }) @IsText(64) key!: string;
  @ApiProperty({ maxLength: 200, example: 'Finance' }) @IsText(200) name!: string;
}

class PriorityEntryDto {
  @ApiProperty({ maxLength: 64, example: 'urgent' }) @IsText(64) key!: string;
  @ApiProperty({ maxLength: 2000, example: 'Nobody can work.' }) @IsText(2_000) description!: string;
}

export class PutTaxonomyDto {
  @ApiProperty({ type: [CategoryEntryDto] })
  @IsListOfNested(() => CategoryEntryDto)
  categories!: CategoryEntryDto[];

  @ApiProperty({ type: [TagEntryDto] })
  @IsListOfNested(() => TagEntryDto)
  tags!: TagEntryDto[];

  @ApiProperty({ type: [TeamEntryDto] })
  @IsListOfNested(() => TeamEntryDto)
  teams!: TeamEntryDto[];

  @ApiProperty({ type: [PriorityEntryDto], description: 'Most urgent first.' })
  @IsListOfNested(() => PriorityEntryDto)
  priorities!: PriorityEntryDto[];
}

export class TaxonomyDto extends PutTaxonomyDto {
  @ApiProperty({ description: '0 is what an organisation starts with.', example: 1 }) version!: number;
  @ApiProperty({ type: String, nullable: true, example: 'key_01k8m3zq4yfk5tx2w7c9v1b6ng' }) createdBy!:
    string | null;
  @ApiProperty({ type: String, nullable: true, example: '2026-05-04T09:12:33.120Z' }) createdAt!:
    string | null;
}
