import { InstallationLog } from '@docket/db/audit/installation-log';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../access/operation.decorator.js';
import { AuditPageDto, AuditVerdictDto, type AuditEventDto } from '../../audit/audit.dto.js';
import { showEvent } from '../../audit/audit.service.js';
import { numberPosition, toPage, type Page } from '../../http/page.js';
import { ListInstallationLogQuery } from './installation-log.dto.js';

/** What belongs to no organisation, for those who operate the installation. */
@ApiTags('Installation')
@Controller('v1/platform/audit')
export class InstallationLogController {
  constructor(private readonly log: InstallationLog) {}

  @Get()
  @Operation('listInstallationEvents', {
    summary: 'List what operators did and which sign-ins failed, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: AuditPageDto, description: 'A page of events.' })
  async list(@Query() query: ListInstallationLogQuery): Promise<Page<AuditEventDto>> {
    const { limit, action, subject } = query;
    const filter = {
      ...(action === undefined ? {} : { action }),
      ...(subject === undefined ? {} : { subject }),
    };
    const rows = await this.log.list(filter, { limit, beforeSeq: numberPosition(query) });
    return toPage(rows, limit, showEvent, ({ seq }) => String(seq));
  }

  @Get('verify')
  @Operation('verifyInstallationLog', {
    summary: 'Check that no event of the installation was changed, moved, put in or taken out',
  })
  @ApiOkResponse({ type: AuditVerdictDto, description: 'What was found.' })
  async verify(): Promise<AuditVerdictDto> {
    const verdict = await this.log.verify();
    return { valid: verdict.problem === null, ...verdict };
  }
}
