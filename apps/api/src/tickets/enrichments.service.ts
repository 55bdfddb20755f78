import type { Enrichment } from '@docket/db/enrichments';
import { wholeResult } from '@docket/db/evidence';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { ResultCitation } from '@docket/domain/enrichment/result';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../http/page.js';
import type { ReplayDto } from './replay.dto.js';
import type { EnrichmentDto, EnrichmentWithTraceDto } from './enrichment.dto.js';
import { showDecision, showEnrichment, showReplay, showTrace } from './enrichment.presenter.js';

@Injectable()
export class EnrichmentsService {
  constructor(private readonly tenants: TenantDatabase) {}

  /** The result with all that it stands on. */
  async get(orgId: string, id: string): Promise<EnrichmentWithTraceDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const enrichment = await tx.enrichments.find(id);
      if (!enrichment) throw notFound('enrichment');
      const citations = await tx.evidence.citationsOf([id]);
      const passages = await tx.evidence.passages(id);
      const calls = await tx.modelCalls.ofEnrichment(id);
      const decision = await tx.decisions.find(id);
      const run = await tx.runs.find(enrichment.runId);
      return {
        ...showEnrichment(enrichment, citations),
        decision: decision && showDecision(decision),
        replay: await replayOf(tx, enrichment, citations),
        trace: showTrace(enrichment, passages, calls, run?.workflowId ?? null),
      };
    });
  }

  async ofTicket(orgId: string, ticketId: string, query: PageQuery): Promise<Page<EnrichmentDto>> {
    const page = idPage(query, 'enrichment');
    const { rows, citations } = await this.tenants.withTenant(orgId, async (tx) => {
      if (!(await tx.tickets.find(ticketId))) throw notFound('ticket');
      const found = await tx.enrichments.ofTicket(ticketId, page);
      return { rows: found, citations: await tx.evidence.citationsOf(found.map(({ id }) => id)) };
    });
    return toPage(rows, page.limit, (row) => showEnrichment(row, citations), idCursor('enrichment'));
  }
}

async function replayOf(
  tx: TenantTransaction,
  enrichment: Enrichment,
  citations: readonly ResultCitation[],
): Promise<ReplayDto | null> {
  if (enrichment.replayOf === null) return null;
  const original = await tx.enrichments.find(enrichment.replayOf);
  const quoted = await tx.evidence.citationsOf([enrichment.replayOf]);
  const before = wholeResult(original?.result ?? null, quoted);
  return showReplay(enrichment, before, wholeResult(enrichment.result, citations));
}
