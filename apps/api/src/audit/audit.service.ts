import type { AuditFilter, StoredAuditEvent } from '@docket/db/audit';
import { verifyAudit } from '@docket/db/audit/verify';
import { TenantDatabase } from '@docket/db/tenant-database';
import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { numberPosition, toPage, type Page } from '../http/page.js';
import type { AuditEventDto, AuditVerdictDto, ListAuditQuery } from './audit.dto.js';

/** Events of one transaction of an export. */
const EXPORT_PAGE = 500;

@Injectable()
export class AuditService {
  constructor(private readonly tenants: TenantDatabase) {}

  async list(orgId: string, query: ListAuditQuery): Promise<Page<AuditEventDto>> {
    const page = { limit: query.limit, beforeSeq: numberPosition(query) };
    const rows = await this.tenants.withTenant(orgId, (tx) => tx.audit.list(filterOf(query), page));
    return toPage(rows, query.limit, showEvent, ({ seq }) => String(seq));
  }

  /** Everything that fits the filter, newest first, an event per line; read as fast as the client takes it. */
  export(orgId: string, query: ListAuditQuery): Readable {
    return Readable.from(this.lines(orgId, query));
  }

  async verify(orgId: string): Promise<AuditVerdictDto> {
    const verdict = await verifyAudit(this.tenants, orgId);
    return { valid: verdict.problem === null, ...verdict };
  }

  private async *lines(orgId: string, query: ListAuditQuery): AsyncGenerator<string> {
    const filter = filterOf(query);
    let beforeSeq = numberPosition(query);
    for (;;) {
      const page = { limit: EXPORT_PAGE, beforeSeq };
      const rows = await this.tenants.withTenant(orgId, (tx) => tx.audit.list(filter, page));
      const shown = rows.slice(0, EXPORT_PAGE);
      if (shown.length > 0) yield shown.map((row) => `${JSON.stringify(showEvent(row))}\n`).join('');
      if (rows.length <= EXPORT_PAGE) return;
      beforeSeq = shown.at(-1)?.seq ?? null;
    }
  }
}

function filterOf({ action, subject, actor, since, until }: ListAuditQuery): AuditFilter {
  return {
    ...(action === undefined ? {} : { action }),
    ...(subject === undefined ? {} : { subject }),
    ...(actor === undefined ? {} : { actorId: actor }),
    ...(since === undefined ? {} : { since: new Date(since) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
  };
}

/** The record is the event; place and hash are the chain's. */
export function showEvent({ seq, record, hash }: StoredAuditEvent): AuditEventDto {
  return {
    seq,
    ...(JSON.parse(record) as Omit<AuditEventDto, 'seq' | 'hash'>),
    hash: hash.toString('hex'),
  };
}
