import { inSpan, SpanKind } from '@docket/platform/tracing/spans';
import type { Readable } from 'node:stream';
import { ObjectStorage } from './object-storage.js';
import type { DownloadTerms, ObjectInfo, PresignedUpload, UploadTerms } from './object-storage.js';

/** A storage whose calls are spans of what they belong to. Keys are not in them: they hold ids of a tenant. */
export class TracedStorage extends ObjectStorage {
  constructor(
    private readonly storage: ObjectStorage,
    private readonly system: 'disk' | 's3',
  ) {
    super();
  }

  // Addresses are signed here, without a call to anybody.
  async presignUpload(key: string, terms: UploadTerms): Promise<PresignedUpload> {
    return this.storage.presignUpload(key, terms);
  }

  async presignDownload(key: string, terms: DownloadTerms): Promise<string> {
    return this.storage.presignDownload(key, terms);
  }

  async head(key: string): Promise<ObjectInfo | null> {
    return this.call('head', () => this.storage.head(key));
  }

  /** The span is of the opening; what is read afterwards is read at the pace of whoever reads. */
  async open(key: string): Promise<{ info: ObjectInfo; stream: Readable } | null> {
    return this.call('open', () => this.storage.open(key));
  }

  async put(key: string, bytes: Uint8Array, mediaType: string): Promise<void> {
    return this.call('put', () => this.storage.put(key, bytes, mediaType));
  }

  async copyIfUnchanged(from: string, to: string, etag: string): Promise<boolean> {
    return this.call('copy', () => this.storage.copyIfUnchanged(from, to, etag));
  }

  async delete(key: string): Promise<void> {
    return this.call('delete', () => this.storage.delete(key));
  }

  async listWrittenBefore(folder: string, before: Date, limit: number): Promise<string[]> {
    return this.call('list', () => this.storage.listWrittenBefore(folder, before, limit));
  }

  async check(): Promise<void> {
    return this.storage.check();
  }

  private async call<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const attributes = { 'docket.storage.system': this.system, 'docket.storage.operation': operation };
    return inSpan(`storage ${operation}`, { kind: SpanKind.CLIENT, category: 'storage', attributes }, work);
  }
}
