import { TenantDatabase } from '@docket/db/tenant-database';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { UsageDto, UsageQuery } from './usage.dto.js';

const DEFAULT_DAYS_MS = 30 * 24 * 3_600_000;

@ApiTags('Platform')
@Controller('v1/usage')
export class UsageController {
  constructor(private readonly tenants: TenantDatabase) {}

  @Get()
  @Operation('getUsage', {
    summary: 'Read what models were used, what they cost and what caching and message batches saved',
    errors: ['request.invalid'],
  })
  @ApiOkResponse({
    type: UsageDto,
    description: 'By day, provider, model and version of the prompt, newest day first.',
  })
  async get(@Caller() caller: Principal, @Query() query: UsageQuery): Promise<UsageDto> {
    const to = query.to ? new Date(query.to) : new Date();
    const from = query.from ? new Date(query.from) : new Date(to.getTime() - DEFAULT_DAYS_MS);
    const rows = await this.tenants.withTenant(caller.orgId, (tx) => tx.modelCalls.usage(from, to));
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      currency: 'USD',
      costMicros: rows.reduce((sum, { costMicros }) => sum + costMicros, 0),
      savedMicros: rows.reduce((sum, { savedMicros }) => sum + savedMicros, 0),
      batchSavedMicros: rows.reduce((sum, { batchSavedMicros }) => sum + batchSavedMicros, 0),
      data: rows.map(({ usage, ...row }) => ({ ...row, tokens: usage })),
    };
  }
}
