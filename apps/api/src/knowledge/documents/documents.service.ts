import { ObjectStorage } from '@docket/adapters/storage';
import type { DocumentView } from '@docket/db/document-view';
import type { DocumentTable } from '@docket/db/tables/document';
import type { TakenUpIngest } from '@docket/db/take-up/ingest';
import { TenantDatabase } from '@docket/db/tenant-database';
import { TenantReads } from '@docket/db/tenant-reads';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { idCursor, idPage, numberPosition, toPage, type Page, type PageQuery } from '../../http/page.js';
import { notFound } from '../../http/ids.js';
import { resolveCollection } from '../collections/resolve-collection.js';
import type {
  ChunkDto,
  ContentDto,
  DeletedDocumentDto,
  DocumentDto,
  ListDocumentsQuery,
  StartedDocumentDto,
  UpdateDocumentDto,
} from './document.dto.js';
import { showChunk, showDocument, showLiveDocument } from './document.presenter.js';
import { IngestRuns } from './ingest-runs.service.js';
import { UploadAnnouncer } from './upload-announcer.js';

/** How long a download address is good for. */
const DOWNLOAD_SECONDS = 300;

@Injectable()
export class DocumentsService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly reads: TenantReads,
    private readonly storage: ObjectStorage,
    private readonly announcer: UploadAnnouncer,
    private readonly ingests: IngestRuns,
  ) {}

  async get(orgId: string, id: string): Promise<DocumentDto | DeletedDocumentDto> {
    return showDocument(await this.view(orgId, id));
  }

  async list(orgId: string, query: ListDocumentsQuery): Promise<Page<DocumentDto | DeletedDocumentDto>> {
    const page = idPage(query, 'document');
    const rows = await this.tenants.withTenant(orgId, async (tx) =>
      tx.documents.list(
        {
          ...(query.collection
            ? { collectionId: await resolveCollection(tx, query.collection, 'refuse') }
            : {}),
          ...(query.state ? { state: query.state } : {}),
          ...(query.q ? { text: query.q } : {}),
        },
        page,
      ),
    );
    return toPage(rows, page.limit, showDocument, idCursor('document'));
  }

  /** Changes what belongs to the document and not to its content: nothing is processed again. */
  async update(orgId: string, id: string, dto: UpdateDocumentDto): Promise<DocumentDto> {
    const view = await this.tenants.withTenant(orgId, async (tx) => {
      const document = await liveDocument(tx, id);
      const { collection, ...patch } = dto;
      const collectionId =
        collection === undefined ? document.collectionId : await resolveCollection(tx, collection, 'create');
      if (collectionId !== null && collectionId !== document.collectionId && document.externalKey !== null)
        await assertKeyIsFree(tx, collectionId, document.externalKey);
      const change = { ...patch, ...(collectionId === null ? {} : { collectionId }) };
      if (!(await tx.documents.update(id, change))) throw deleted();
      tx.audit.append({
        action: 'document.update',
        subject: toTypeId('document', id),
        // What it says now is in the document, until that is erased; the chain could not forget it.
        after: { changed: Object.keys(change).sort() },
      });
      return tx.documents.view(id);
    });
    if (!view) throw notFound('document');
    return showLiveDocument(view);
  }

  async versions(orgId: string, id: string, query: PageQuery): Promise<Page<DocumentDto>> {
    const before = numberPosition(query);
    const rows = await this.tenants.withTenant(orgId, async (tx) => {
      await liveDocument(tx, id);
      return tx.documents.listVersions(id, before, query.limit);
    });
    return toPage(rows, query.limit, showLiveDocument, (row) => String(row.version));
  }

  /** The passages that search finds: those of the searchable version, in reading order. */
  async chunks(orgId: string, id: string, query: PageQuery): Promise<Page<ChunkDto>> {
    const after = numberPosition(query) ?? -1;
    const rows = await this.tenants.withTenant(orgId, async (tx) => {
      const document = await liveDocument(tx, id);
      return document.currentContentId ? tx.chunks.list(document.currentContentId, after, query.limit) : [];
    });
    return toPage(rows, query.limit, showChunk, (row) => String(row.ordinal));
  }

  /** An address for the searchable version's file, or for the text that was extracted from it. */
  async content(orgId: string, id: string, form: 'original' | 'text'): Promise<ContentDto> {
    const { view, content } = await this.tenants.withTenant(orgId, async (tx) => {
      const document = await liveDocument(tx, id);
      return {
        view: document.currentVersion !== null ? await tx.documents.view(id, document.currentVersion) : null,
        content: document.currentContentId ? await tx.contents.find(document.currentContentId) : null,
      };
    });
    const key = form === 'text' ? content?.textKey : content?.objectKey;
    if (!view || !key) {
      throw new DocketError(
        'upload.not_received',
        'The document has no content yet. Wait until it is indexed.',
      );
    }
    const mediaType = form === 'text' ? 'text/plain; charset=utf-8' : view.mediaType;
    const fileName = form === 'text' ? `${view.fileName}.txt` : view.fileName;
    const expiresAt = new Date(Date.now() + DOWNLOAD_SECONDS * 1_000);
    const url = await this.storage.presignDownload(key, { fileName, mediaType, expiresAt });
    return { url, mediaType, fileName, expiresAt: expiresAt.toISOString() };
  }

  /**
   * Takes a client's word that the PUT is done, after a look: for stores that tell nobody. A run that has ended is not
   * disturbed.
   */
  async confirmUpload(orgId: string, id: string): Promise<StartedDocumentDto> {
    const view = await this.view(orgId, id);
    if (view.deletedAt) throw deleted();
    const subject = { documentId: toTypeId('document', view.id), version: view.version };
    if (view.state === 'upload_expired') {
      throw new DocketError(
        'upload.expired',
        'The upload has expired. Ask for a new one with POST /v1/uploads.',
      );
    }
    const runId = view.runId === null ? null : toTypeId('run', view.runId);
    if (view.state !== 'awaiting_upload' && view.state !== 'uploaded')
      return { ...subject, state: view.state, runId };
    if (view.state === 'awaiting_upload') await this.noteIfStored(orgId, view);
    await this.announcer.announce(orgId, view.id, view.version);
    return { ...subject, state: 'uploaded', runId };
  }

  /** Takes the newest version up again, from the step that failed. */
  async retry(orgId: string, id: string): Promise<StartedDocumentDto> {
    const { runId, state: before } = await this.view(orgId, id);
    if (before === 'deleted')
      throw new DocketError('document.deleted', 'The document has been deleted. Upload it again.');
    if (runId === null) {
      throw new DocketError(
        'document.not_retryable',
        'Its bytes had been indexed before: nothing ran, and nothing failed.',
      );
    }
    const show = ({ version, versionState }: TakenUpIngest): StartedDocumentDto => ({
      documentId: toTypeId('document', id),
      version,
      state: versionState,
      runId: toTypeId('run', runId),
    });
    const request = { kind: 'retry', by: 'person', refusal: 'document.not_retryable' } as const;
    const taken = await this.ingests.takeUp(orgId, runId, request, (state) => ({
      status: 202,
      location: `/v1/documents/${toTypeId('document', id)}`,
      body: show(state),
    }));
    return show(taken);
  }

  private async noteIfStored(orgId: string, view: DocumentView): Promise<void> {
    const upload = await this.tenants.withTenant(orgId, async (tx) => {
      const version = await tx.versions.findByNumber(view.id, view.version);
      return version && tx.uploads.findByVersion(version.id);
    });
    if (!upload || !(await this.storage.head(upload.stagingKey))) {
      throw new DocketError('upload.not_received', 'Nothing has been uploaded yet. Put the bytes first.');
    }
    await this.tenants.withTenant(orgId, (tx) => tx.uploads.markReceived(upload.id));
  }

  private async view(orgId: string, id: string): Promise<DocumentView> {
    const view = await this.reads.document(orgId, id);
    if (!view) throw notFound('document');
    return view;
  }
}

/** @throws DocketError `document.not_found` or `document.deleted` */
async function liveDocument(tx: TenantTransaction, id: string): Promise<DocumentTable> {
  const document = await tx.documents.find(id);
  if (!document) throw notFound('document');
  if (document.deletedAt) throw deleted();
  return document;
}

function deleted(): DocketError {
  return new DocketError(
    'document.deleted',
    'The document has been deleted. Nothing of it is left to work with.',
  );
}

/** A key is one document's in each collection: a document cannot move to where another has its key. */
async function assertKeyIsFree(tx: TenantTransaction, collectionId: string, key: string): Promise<void> {
  if (!(await tx.documents.lockByExternalKey(collectionId, key))) return;
  throw new DocketError(
    'document.external_key_taken',
    'The collection holds a document with the same external key already. Choose another collection, or delete that document.',
  );
}
