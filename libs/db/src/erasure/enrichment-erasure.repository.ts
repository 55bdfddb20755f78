import type { EnrichmentState } from '@docket/domain/enrichment/state-rules';
import type { EntityManager } from 'typeorm';
import type { StoredResult } from '../tickets/enrichment.repository.js';

/** An enrichment whose model saw passages of a document. */
export interface Witness {
  id: string;
  runId: string;
  state: EnrichmentState;
  result: StoredResult | null;
  /** What people made of its reply, and why. */
  edit: { reply: string | null; reason: string | null } | null;
  /** Whether its reply quotes the document. */
  cites: boolean;
  /** The passages it saw of the document. */
  texts: string[];
}

/** Removes what models wrote from a document. Whatever they were asked about names the document by its passages. */
export class EnrichmentErasureRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Enrichments that saw the document and were not dealt with yet, locked. */
  async next(documentId: string, limit: number): Promise<Witness[]> {
    return this.manager.query(
      `select e.id, e.run_id as "runId", e.state, e.result,
              (select json_build_object('reply', d.reply, 'reason', d.reason) from enrichment_decisions d
                where d.org_id = $1 and d.enrichment_id = e.id) as edit,
              exists (select 1 from enrichment_citations q
                       where q.org_id = $1 and q.enrichment_id = e.id and q.document_id = $2) as cites,
              array(select c.text from enrichment_passages p join chunks c on c.org_id = $1 and c.id = p.chunk_id
                     where p.org_id = $1 and p.enrichment_id = e.id and p.document_id = $2) as texts
         from enrichments e
        where e.org_id = $1 and e.id in (select enrichment_id from enrichment_passages
                                          where org_id = $1 and document_id = $2)
        order by e.id limit $3 for update`,
      [this.orgId, documentId, limit],
    );
  }

  /**
   * Keeps anybody from seeing a content's passages anew while this transaction lasts: whoever is just about to refer to
   * one of them has committed, or waits. The content is locked first, as everybody does.
   */
  async lockPassages(contentId: string): Promise<void> {
    await this.manager.query('select 1 from contents where org_id = $1 and id = $2 for update', [
      this.orgId,
      contentId,
    ]);
    await this.manager.query(
      'select 1 from chunks where org_id = $1 and content_id = $2 order by id for update',
      [this.orgId, contentId],
    );
  }

  /** Takes back what people wrote of a reply, in the decision and in the example that it left. */
  async partEdit(id: string, left: NonNullable<Witness['edit']>): Promise<void> {
    await this.manager.query(
      'update enrichment_decisions set reply = $3, reason = $4 where org_id = $1 and enrichment_id = $2',
      [this.orgId, id, left.reply, left.reason],
    );
    await this.manager.query('update examples set reply = $3 where org_id = $1 and enrichment_id = $2', [
      this.orgId,
      id,
      left.reply,
    ]);
  }

  /**
   * Empties the raw output and what the checks found in it, lets the answers count no longer, and parts the enrichment
   * from the document. An answer on its way finds by `erasures` that it comes too late. Returns how many citations and
   * raw outputs went.
   */
  async part(
    { id, runId }: Witness,
    documentId: string,
    result: StoredResult | null,
  ): Promise<{ citations: number; modelOutputs: number }> {
    const of = [this.orgId, id];
    await this.manager.query(
      `update enrichments set result = $3, problems = '[]', erasures = erasures + 1 where org_id = $1 and id = $2`,
      [...of, result && JSON.stringify(result)],
    );
    const [, modelOutputs]: [unknown, number] = await this.manager.query(
      `update model_calls set output = null, stop_detail = null, set_aside = true
        where org_id = $1 and enrichment_id = $2 and output is not null`,
      of,
    );
    await this.manager.query(
      `update run_events set detail = detail - 'problems' where org_id = $1 and run_id = $2 and detail ? 'problems'`,
      [this.orgId, runId],
    );
    const [, citations]: [unknown, number] = await this.manager.query(
      'delete from enrichment_citations where org_id = $1 and enrichment_id = $2 and document_id = $3',
      [...of, documentId],
    );
    await this.manager.query(
      'delete from enrichment_passages where org_id = $1 and enrichment_id = $2 and document_id = $3',
      [...of, documentId],
    );
    return { citations, modelOutputs };
  }
}
