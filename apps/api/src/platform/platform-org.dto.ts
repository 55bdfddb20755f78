import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../http/text.validator.js';

export class CreateOrgDto {
  @ApiProperty({ maxLength: 200, example: 'Larkspur' })
  @IsText(200)
  name!: string;
}

export class PlatformOrgDto {
  @ApiProperty({ example: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'Larkspur' }) name!: string;
}
