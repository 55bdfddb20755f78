import { ApiPropertyOptional } from '@nestjs/swagger';
import { Optional } from '../../http/optional.js';
import { PageQuery } from '../../http/page.js';
import { IsText } from '../../http/text.validator.js';

export class ListInstallationLogQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'session.refuse' })
  @Optional()
  @IsText(100)
  action?: string;

  @ApiPropertyOptional({
    description: 'Id of what was acted on.',
    example: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  @Optional()
  @IsText(100)
  subject?: string;
}
