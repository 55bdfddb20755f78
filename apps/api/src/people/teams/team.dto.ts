import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Optional, OptionalOrNull } from '../../http/optional.js';
import { IsText } from '../../http/text.validator.js';
import { ApiTime } from '../../openapi/properties.js';

export class CreateTeamDto {
  @ApiProperty({ description: 'Unique in your organisation.', example: 'Billing' })
  @IsText(200)
  name!: string;

  @ApiPropertyOptional({ example: 'Invoices and refunds.' })
  @Optional()
  @IsText(2_000)
  description?: string;
}

export class UpdateTeamDto {
  @ApiPropertyOptional({ example: 'Billing' })
  @Optional()
  @IsText(200)
  name?: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Invoices and refunds.' })
  @OptionalOrNull()
  @IsText(2_000)
  description?: string | null;
}

export class TeamDto {
  @ApiProperty({ example: 'tea_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'Billing' }) name!: string;
  @ApiProperty({ type: String, nullable: true, example: 'Invoices and refunds.' }) description!:
    string | null;
  @ApiProperty({ type: [String], example: ['usr_01k8m3zq4yfk5tx2w7c9v1b6ng'] }) memberIds!: string[];
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
}

export class TeamPageDto {
  @ApiProperty({ type: [TeamDto] }) data!: TeamDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}
