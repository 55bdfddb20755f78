import { TenantDatabase } from '@docket/db/tenant-database';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { FailuresDto } from './failure.dto.js';
import { showFailures } from './failure.presenter.js';

@ApiTags('Runs')
@Controller('v1/failures')
export class FailuresController {
  constructor(private readonly tenants: TenantDatabase) {}

  @Get()
  @Operation('listFailures', {
    summary: 'Count failed work by kind and code',
    description:
      'Every kind of run. The runs behind a line are `GET /v1/runs?kind=…&state=failed&errorCode=…`.',
  })
  @ApiOkResponse({ type: FailuresDto, description: 'What failed and waits for somebody to take it up.' })
  async list(@Caller() caller: Principal): Promise<FailuresDto> {
    const failures = await this.tenants.withTenant(caller.orgId, (tx) => tx.failures.list());
    return { data: failures.map(showFailures) };
  }
}
