import { RUN_STATES, type RunState } from '@docket/domain/run/state-rules';
import { RUN_KINDS } from '@docket/workflows/run/contract';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/optional.js';
import { PageQuery } from '../../http/page.js';
import { IsText } from '../../http/text.validator.js';
import { IsTime } from '../../http/time.validator.js';
import { FailuresOfCodeDto } from '../../runs/failure.dto.js';
import { RunDto } from '../../runs/run.dto.js';
import { ApiInteger } from '../../openapi/properties.js';

const ORG = 'org_01k8m3zq4yfk5tx2w7c9v1b6ng';

export class PlatformRunDto extends RunDto {
  @ApiProperty({ description: 'The organisation it belongs to.', example: ORG }) org!: string;
}

export class PlatformRunPageDto {
  @ApiProperty({ type: [PlatformRunDto] }) data!: PlatformRunDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class ListPlatformRunsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only of this organisation.', example: ORG })
  @Optional()
  @IsText(100)
  org?: string;

  @ApiPropertyOptional({ enum: RUN_KINDS, description: 'Name of the workflow.', example: 'documentIngest' })
  @Optional()
  @IsIn(RUN_KINDS)
  kind?: string;

  @ApiPropertyOptional({ enum: RUN_STATES, example: 'failed' })
  @Optional()
  @IsIn(RUN_STATES)
  state?: RunState;

  @ApiPropertyOptional({ example: 'storage.unavailable' })
  @Optional()
  @IsText(100)
  errorCode?: string;

  @ApiPropertyOptional({
    description: 'Only runs that began at or after this time.',
    example: '2026-05-04T00:00:00Z',
  })
  @Optional()
  @IsTime()
  since?: string;
}

export class PlatformFailuresQuery {
  @ApiPropertyOptional({ description: 'Only of this organisation.', example: ORG })
  @Optional()
  @IsText(100)
  org?: string;
}

class PlatformFailuresOfCodeDto extends FailuresOfCodeDto {
  @ApiInteger({ description: 'In how many organisations.', example: 3 }) orgs!: number;
}

export class PlatformFailuresDto {
  @ApiProperty({ type: [PlatformFailuresOfCodeDto], description: 'The most first.' })
  data!: PlatformFailuresOfCodeDto[];
  @ApiInteger({
    description: 'Organisations with fewer failures than the 500 that were summed up.',
    example: 0,
  })
  orgsLeftOut!: number;
}
