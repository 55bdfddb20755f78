import type { EntityManager } from 'typeorm';
import { DocumentErasureTable, type ErasureTally } from '../tables/erasure.table.js';

/** The record of a document's erasure, and what it does to the document's own rows. */
export class DocumentErasureRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Written with the mark on the document and with the run. */
  async insert(erasure: { documentId: string; runId: string; requestedBy: string }): Promise<void> {
    await this.manager.insert(DocumentErasureTable, { ...erasure, orgId: this.orgId });
  }

  async find(documentId: string): Promise<DocumentErasureTable | null> {
    return this.manager.findOneBy(DocumentErasureTable, { orgId: this.orgId, documentId });
  }

  /** The erasure that is known to be there: whoever works on it was started after its row was committed. */
  async get(documentId: string): Promise<DocumentErasureTable> {
    return this.manager.findOneByOrFail(DocumentErasureTable, { orgId: this.orgId, documentId });
  }

  /** Adds to the counts, in the transaction of what is counted: a repeat finds nothing left to count. */
  async add(documentId: string, counted: ErasureTally): Promise<void> {
    await this.change(documentId, (tally) =>
      Object.entries(counted).map(([key, count]) => [key, (tally[key as keyof ErasureTally] ?? 0) + count]),
    );
  }

  /** Raises counts to what was found now, where a repeat finds as many or fewer. */
  async atLeast(documentId: string, counted: ErasureTally): Promise<void> {
    await this.change(documentId, (tally) =>
      Object.entries(counted).map(([key, count]) => [
        key,
        Math.max(tally[key as keyof ErasureTally] ?? 0, count),
      ]),
    );
  }

  private async change(documentId: string, to: (tally: ErasureTally) => [string, number][]): Promise<void> {
    const erasure = await this.manager.findOneOrFail(DocumentErasureTable, {
      where: { orgId: this.orgId, documentId },
      lock: { mode: 'pessimistic_write' },
    });
    const tally: ErasureTally = { ...erasure.tally, ...Object.fromEntries(to(erasure.tally)) };
    await this.manager.update(DocumentErasureTable, { orgId: this.orgId, documentId }, { tally });
  }

  /**
   * Ends every version of the document, and every run about it but the erasure's own. From the commit on a late ingest
   * finds its version ended and writes nothing. Returns how many runs were under way; a repeat ends nothing.
   */
  async supersede(
    documentId: string,
    erasureRunId: string,
    error: { code: string; message: string },
  ): Promise<number> {
    await this.manager.query(
      `update document_versions set state = 'deleted', step = null
        where org_id = $1 and document_id = $2 and state <> 'deleted'`,
      [this.orgId, documentId],
    );
    // Named by the states that are over: by those that are open, the planner may prefer the index of open runs, which
    // lists every org's, to the one of the runs about this document.
    const [ended]: [{ ended: number }] = await this.manager.query(
      `with ended as (
         update runs set state = 'cancelled', error_code = $4, error_message = $5, ended_at = now()
          where org_id = $1 and subject_id = $2 and id <> $3
            and state not in ('succeeded', 'failed', 'cancelled', 'terminated')
         returning id
       ), closed as (
         update run_executions set ended_at = now()
          where org_id = $1 and run_id in (select id from ended) and ended_at is null
       )
       select count(*)::integer as ended from ended`,
      [this.orgId, documentId, erasureRunId, error.code, error.message],
    );
    return ended.ended;
  }

  /** The runs about a document but the erasure's own, oldest first, after the given one: a page of them. */
  async runsAfter(
    documentId: string,
    erasureRunId: string,
    afterId: string | null,
    limit: number,
  ): Promise<{ id: string; workflowId: string }[]> {
    return this.manager.query(
      `select id, workflow_id as "workflowId" from runs
        where org_id = $1 and subject_id = $2 and id <> $3 and ($4::uuid is null or id > $4) order by id limit $5`,
      [this.orgId, documentId, erasureRunId, afterId, limit],
    );
  }

  /**
   * Empties what names or describes the document: its own row, its versions, and in the histories of its runs whatever
   * is free text. Steps, outcomes, times, attempts and codes stay. Returns how many versions there were. A repeat writes
   * the same.
   */
  async blank(documentId: string, erasureRunId: string): Promise<number> {
    const versions: [unknown[], number] = await this.manager.query(
      `update document_versions
          set file_name = '', media_type = '', size_bytes = 0, sha256 = decode(repeat('00', 32), 'hex'), language = 'auto',
              error_message = null, timings = '{}'
        where org_id = $1 and document_id = $2 returning id`,
      [this.orgId, documentId],
    );
    await this.manager.query(
      `update documents set title = '', source_url = null, external_key = null, metadata = '{}',
              current_version = null, current_content_id = null
        where org_id = $1 and id = $2`,
      [this.orgId, documentId],
    );
    await this.manager.query(
      `with emptied as (
         update runs set result = null, error_message = null where org_id = $1 and subject_id = $2 and id <> $3
         returning id
       )
       update run_events set what = $4, detail = '{}'
        where org_id = $1 and run_id in (select id from emptied)`,
      [this.orgId, documentId, erasureRunId, BLANKED_LINE],
    );
    return versions[0].length;
  }
}

/** What stands in the history of an erased document's runs in place of each sentence. */
const BLANKED_LINE = 'Erased with the document';
