import { Injectable } from '@nestjs/common';
import { importLines } from '../http/import-lines.js';
import type { ImportReportDto } from '../http/import-report.dto.js';
import { createValidationPipe } from '../http/validation.js';
import { CreateTicketDto } from './ticket.dto.js';
import { TicketsService } from './tickets.service.js';

/** Takes many tickets at once; each line is a request of its own. */
@Injectable()
export class TicketImportService {
  private readonly pipe = createValidationPipe();

  constructor(private readonly tickets: TicketsService) {}

  async import(orgId: string, body: unknown): Promise<ImportReportDto> {
    return importLines(body, async (row) => {
      const dto = (await this.pipe.transform(row, {
        type: 'body',
        metatype: CreateTicketDto,
      })) as CreateTicketDto;
      return { ...(await this.tickets.create(orgId, dto, false)) };
    });
  }
}
