import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { Optional } from '../../http/optional.js';
import { IsName } from '../../http/name.validator.js';
import { IsText } from '../../http/text.validator.js';
import { ApiTime } from '../../openapi/properties.js';

export class CreateCollectionDto {
  @ApiProperty({
    description: 'Unique in your organisation; not of the form of an id.',
    example: 'handbook',
  })
  @IsName(200)
  @Matches(/^(?!col_)/, { message: 'must not begin with col_, which is how ids begin' })
  name!: string;

  @ApiPropertyOptional({ example: 'Everything new colleagues ask.' })
  @Optional()
  @IsText(2_000)
  description?: string;
}

export class CollectionDto {
  @ApiProperty({ example: 'col_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'handbook' }) name!: string;
  @ApiProperty({ type: String, nullable: true, example: 'Everything new colleagues ask.' }) description!:
    string | null;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
}

export class CollectionPageDto {
  @ApiProperty({ type: [CollectionDto] }) data!: CollectionDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}
