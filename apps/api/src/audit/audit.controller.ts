import { Controller, Get, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import type { Page } from '../http/page.js';
import { AuditEventDto, AuditPageDto, AuditVerdictDto, ListAuditQuery } from './audit.dto.js';
import { AuditService } from './audit.service.js';

const NDJSON = 'application/x-ndjson';

@ApiTags('Platform')
@ApiExtraModels(AuditPageDto, AuditEventDto)
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Operation('listAuditEvents', {
    summary: 'List who did what, newest first',
    description: `With \`Accept: ${NDJSON}\` everything that fits the filters is exported, an event per line; \`limit\` is then of no account.`,
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({
    description: 'A page of events, or all of them as NDJSON.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(AuditPageDto) } },
      [NDJSON]: { schema: { $ref: getSchemaPath(AuditEventDto) } },
    },
  })
  async list(
    @Caller() caller: Principal,
    @Query() query: ListAuditQuery,
    @Req() { headers }: FastifyRequest,
  ): Promise<Page<AuditEventDto> | StreamableFile> {
    if (!headers.accept?.includes(NDJSON)) return this.audit.list(caller.orgId, query);
    return new StreamableFile(this.audit.export(caller.orgId, query), { type: NDJSON });
  }

  @Get('verify')
  @Operation('verifyAudit', {
    summary: 'Check that no event was changed, moved, put in or taken out',
    description:
      'Follows the whole chain of hashes. What somebody took off its end together with the note of where it ends shows against a signed head: see the operators’ page.',
  })
  @ApiOkResponse({ type: AuditVerdictDto, description: 'What was found.' })
  async verify(@Caller() caller: Principal): Promise<AuditVerdictDto> {
    return this.audit.verify(caller.orgId);
  }
}
