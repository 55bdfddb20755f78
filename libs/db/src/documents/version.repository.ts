import {
  endsThatMayReopenTo,
  statesThatMayBecome,
  type VersionState,
} from '@docket/domain/document/state-rules';
import type { EntityManager } from 'typeorm';
import { DocumentVersionTable } from '../tables/document.table.js';

export interface NewVersion {
  id: string;
  documentId: string;
  version: number;
  state: VersionState;
  contentId: string | null;
  runId: string | null;
  fileName: string;
  mediaType: string;
  sizeBytes: number;
  sha256: Buffer;
  language: string;
  indexedAt: Date | null;
}

export interface VersionMove {
  state: VersionState;
  step?: string | null;
  contentId?: string;
  error?: { code: string; message: string } | null;
  timings?: Record<string, number>;
}

export class VersionRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async insert(version: NewVersion): Promise<void> {
    await this.manager.insert(DocumentVersionTable, { ...version, orgId: this.orgId });
  }

  async find(id: string): Promise<DocumentVersionTable | null> {
    return this.manager.findOneBy(DocumentVersionTable, { orgId: this.orgId, id });
  }

  /** The version a run works on. */
  async findByRun(runId: string): Promise<DocumentVersionTable | null> {
    return this.manager.findOneBy(DocumentVersionTable, { orgId: this.orgId, runId });
  }

  async findByNumber(documentId: string, version: number): Promise<DocumentVersionTable | null> {
    return this.manager.findOneBy(DocumentVersionTable, { orgId: this.orgId, documentId, version });
  }

  /**
   * Moves a version to a state if its present one allows that, and tells whether it did. Timings are merged. A
   * repeat changes nothing; a late activity of a run that has ended finds the state closed and gets `false`.
   */
  async move(id: string, move: VersionMove): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update document_versions
          set state = $3, step = $4, content_id = coalesce($5, content_id),
              error_code = $6, error_message = $7, timings = timings || $8::jsonb,
              indexed_at = case when $3 = 'indexed' then coalesce(indexed_at, now()) else indexed_at end
        where org_id = $1 and id = $2 and state = any($9) returning id`,
      [
        this.orgId,
        id,
        move.state,
        move.step ?? null,
        move.contentId ?? null,
        move.error?.code ?? null,
        move.error?.message ?? null,
        JSON.stringify(move.timings ?? {}),
        statesThatMayBecome(move.state),
      ],
    );
    return rows.length === 1;
  }

  /**
   * Takes an ended version up again, for a person who retries or reruns it: its error is gone, and faults of the
   * surroundings count anew. Tells whether its present state allows that.
   */
  async reopen(
    id: string,
    to: Extract<VersionState, 'awaiting_upload' | 'uploaded'>,
    step: string | null,
  ): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update document_versions
          set state = $3, step = $4, error_code = null, error_message = null, storage_failures = 0,
              parser_stalls = 0
        where org_id = $1 and id = $2 and state = any($5) returning id`,
      [this.orgId, id, to, step, endsThatMayReopenTo(to)],
    );
    return rows.length === 1;
  }

  /** Puts a version back that was searchable before a rerun, and is as it was. */
  async restore(id: string): Promise<void> {
    await this.manager.query(
      `update document_versions
          set state = 'indexed', step = null, error_code = null, error_message = null
        where org_id = $1 and id = $2 and indexed_at is not null
          and state in ('uploaded', 'processing', 'waiting_for_provider')`,
      [this.orgId, id],
    );
  }

  /** Lets a version that made another content in vain use the one again that its document is searched by. Tells whether it does. */
  async pointBack(id: string): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update document_versions v set content_id = c.id
         from documents d join contents c on c.org_id = d.org_id and c.id = d.current_content_id
        where v.org_id = $1 and v.id = $2 and d.org_id = $1 and d.id = v.document_id
          and d.current_version = v.version and c.state = 'indexed' and c.id <> v.content_id
       returning v.id`,
      [this.orgId, id],
    );
    return rows.length === 1;
  }

  /** Counts one more fault of the surroundings against this version and returns how many there are now. */
  async countFault(id: string, kind: 'storage_failures' | 'parser_stalls'): Promise<number> {
    const [rows]: [{ faults: number }[], number] = await this.manager.query(
      `update document_versions set ${kind} = ${kind} + 1
        where org_id = $1 and id = $2 returning ${kind} as faults`,
      [this.orgId, id],
    );
    return rows[0]?.faults ?? 0;
  }
}
