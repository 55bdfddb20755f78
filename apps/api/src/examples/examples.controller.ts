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
import { importLines } from '../http/import-lines.js';
import { ImportReportDto } from '../http/import-report.dto.js';
import { NDJSON } from '../http/ndjson.js';
import { idCursor, idPage, PageQuery, toPage, type Page } from '../http/page.js';
import { createValidationPipe } from '../http/validation.js';
import { newId } from '../infrastructure/ids.js';
import { CreateExampleDto, ExampleDto, ExamplePageDto } from './example.dto.js';

@ApiTags('Tickets')
@Controller('v1/examples')
export class ExamplesController {
  private readonly pipe = createValidationPipe();

  constructor(private readonly tenants: TenantDatabase) {}

  @Post()
  @HttpCode(200)
  @Operation('importExamples', {
    summary: 'Add labelled tickets, one JSON object per line',
    description:
      'What your tickets are sorted by, from the next enrichment on. Each line is taken or refused by itself. Sent twice, they count twice.',
    body: true,
  })
  @ApiConsumes(NDJSON)
  @ApiBody({
    schema: { type: 'string', example: '{"subject":"Charged twice","body":"…","category":"billing"}\n' },
  })
  @ApiOkResponse({ type: ImportReportDto, description: 'What became of each line.' })
  async import(@Caller() caller: Principal, @Body() body: unknown): Promise<ImportReportDto> {
    return importLines(body, async (row) => {
      const dto = (await this.pipe.transform(row, {
        type: 'body',
        metatype: CreateExampleDto,
      })) as CreateExampleDto;
      const id = newId();
      const { subject, body: text, category, priority, team, reply } = dto;
      const labels = { category, priority: priority ?? null, team: team ?? null, reply: reply ?? null };
      await this.tenants.withTenant(caller.orgId, (tx) =>
        tx.examples.insertAll([{ id, subject, body: text.replaceAll('\0', '\ufffd'), ...labels }]),
      );
      return { id: toTypeId('example', id) };
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
    const found = await this.tenants.withTenant(caller.orgId, (tx) => tx.examples.delete(exampleId));
    if (!found) throw notFound('example');
  }
}

function show(example: Example): ExampleDto {
  return { ...example, id: toTypeId('example', example.id), createdAt: example.createdAt.toISOString() };
}
