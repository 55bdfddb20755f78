import type { Example } from '@docket/db/examples';
import { TenantDatabase } from '@docket/db/tenant-database';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { idFrom, notFound } from '../http/ids.js';
import { importLines, LINES_MAX } from '../http/import-lines.js';
import { ImportReportDto } from '../http/import-report.dto.js';
import { NDJSON } from '../http/ndjson.js';
import { idCursor, idPage, PageQuery, toPage, type Page } from '../http/page.js';
import { createValidationPipe } from '../http/validation.js';
import { IdempotentAnswers } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import { CreateExampleDto, ExampleDto, ExamplePageDto } from './example.dto.js';

@ApiTags('Tickets')
@Controller('v1/examples')
export class ExamplesController {
  private readonly pipe = createValidationPipe();

  constructor(
    private readonly tenants: TenantDatabase,
    private readonly answers: IdempotentAnswers,
  ) {}

  @Post()
  @HttpCode(200)
  @Operation('importExamples', {
    summary: 'Add labelled tickets, one JSON object per line',
    description: `What your tickets are sorted by, from the next enrichment on. Up to ${LINES_MAX} lines, each taken or refused by itself. Sent twice, they count twice.`,
    body: true,
  })
  @ApiConsumes(NDJSON)
  @ApiBody({
    schema: { type: 'string', example: '{"subject":"Charged twice","body":"…","category":"billing"}\n' },
  })
  @ApiOkResponse({ type: ImportReportDto, description: 'What became of each line.' })
  async import(@Caller() caller: Principal, @Body() body: unknown): Promise<ImportReportDto> {
    const examples: Omit<Example, 'createdAt'>[] = [];
    const report = await importLines(body, async (row) => {
      const dto = (await this.pipe.transform(row, {
        type: 'body',
        metatype: CreateExampleDto,
      })) as CreateExampleDto;
      const id = newId();
      const { subject, body: text, category, priority, team, reply } = dto;
      const labels = { category, priority: priority ?? null, team: team ?? null, reply: reply ?? null };
      examples.push({ id, subject, body: text.replaceAll('\0', '\ufffd'), ...labels });
      return { id: toTypeId('example', id) };
    });
    await this.store(caller.orgId, examples, report);
    return report;
  }

  /** All of them with the answer, or none: sent twice they would count twice. */
  private async store(
    orgId: string,
    examples: readonly Omit<Example, 'createdAt'>[],
    report: ImportReportDto,
  ): Promise<void> {
    await this.tenants.withTenant(orgId, async (tx) => {
      if (examples.length > 0) {
        await tx.examples.insertAll(examples);
        tx.audit.append({
          action: 'example.import',
          subject: 'examples',
          after: { count: examples.length, ids: examples.map(({ id }) => toTypeId('example', id)) },
        });
      }
      await this.answers.settle(tx, { status: 200, body: report });
    });
  }

  @Get()
  @Operation('listExamples', {
    summary: 'List labelled tickets, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: ExamplePageDto, description: 'A page of labelled tickets.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<ExampleDto>> {
    const page = idPage(query, 'example');
    const rows = await this.tenants.withTenant(caller.orgId, (tx) => tx.examples.list(page));
    return toPage(rows, page.limit, show, idCursor('example'));
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation('deleteExample', { summary: 'Remove a labelled ticket', errors: ['example.not_found'] })
  @ApiParam({ name: 'id', example: 'exa_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  @ApiNoContentResponse({ description: 'It is gone.' })
  async delete(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    const exampleId = idFrom('example', id);
    await this.tenants.withTenant(caller.orgId, async (tx) => {
      if (!(await tx.examples.delete(exampleId))) throw notFound('example');
      tx.audit.append({ action: 'example.delete', subject: toTypeId('example', exampleId) });
    });
  }
}

function show(example: Example): ExampleDto {
  return { ...example, id: toTypeId('example', example.id), createdAt: example.createdAt.toISOString() };
}
