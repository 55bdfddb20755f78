import type { S3StorageSettings } from '@docket/platform/config/storage';
import { Client, CopyConditions } from 'minio';
import type { Readable } from 'node:stream';
import {
  assertStorageKey,
  StorageFault,
  type DownloadTerms,
  type ObjectInfo,
  type ObjectStorage,
  type PresignedUpload,
  type UploadTerms,
} from './object-storage.js';
import { S3Refusal, toStorageFault } from './s3-fault.js';
import { S3Presigner } from './s3-presigner.js';
import { S3Transport } from './s3-transport.js';

/** Above it `minio` uploads in parts, whose etag is no hash and which may be left half done: nothing is so large. */
const PART_BYTES = 5_368_709_120;

/** Most keys a store lists in one answer. */
const PAGE_KEYS = 1_000;

/**
 * Objects in a bucket of any S3 store. Clients speak to the store itself: what they may put or fetch is in the
 * signature, and nobody tells Docket when they have.
 */
export class S3Storage implements ObjectStorage {
  private readonly client: Client;
  private readonly transport: S3Transport;
  private readonly presigner: S3Presigner;
  private readonly bucket: string;

  constructor(private readonly settings: S3StorageSettings) {
    this.transport = new S3Transport(settings.endpoint, settings.timeoutMs);
    this.client = createS3Client(settings, this.transport);
    this.presigner = new S3Presigner(settings);
    this.bucket = settings.bucket;
  }

  async presignUpload(key: string, terms: UploadTerms): Promise<PresignedUpload> {
    assertStorageKey(key);
    const headers = {
      'content-type': terms.mediaType,
      'content-length': String(terms.sizeBytes),
      // The first upload stays: a second one is refused by the store, as long as the object is there.
      ...(this.settings.writeOnce ? { 'if-none-match': '*' } : {}),
    };
    const url = await this.presigner.presign({ method: 'PUT', key, headers, expiresAt: terms.expiresAt });
    return { method: 'PUT', url, headers, expiresAt: terms.expiresAt };
  }

  async presignDownload(key: string, terms: DownloadTerms): Promise<string> {
    assertStorageKey(key);
    return this.presigner.presign({
      method: 'GET',
      key,
      expiresAt: terms.expiresAt,
      query: {
        'response-content-type': terms.mediaType,
        'response-content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(terms.fileName)}`,
      },
    });
  }

  async head(key: string): Promise<ObjectInfo | null> {
    assertStorageKey(key);
    return this.call('head', async () => {
      const stat = await orNull(this.client.statObject(this.bucket, key));
      return stat && { sizeBytes: stat.size, etag: stat.etag };
    });
  }

  async open(key: string): Promise<{ info: ObjectInfo; stream: Readable } | null> {
    assertStorageKey(key);
    return this.call('open', async () => {
      const stream = await orNull(this.client.getObject(this.bucket, key));
      return stream && { info: infoOf(stream), stream };
    });
  }

  async put(key: string, bytes: Uint8Array, mediaType: string): Promise<void> {
    assertStorageKey(key);
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    await this.call('put', () =>
      this.client.putObject(this.bucket, key, body, body.length, { 'Content-Type': mediaType }),
    );
  }

  async copyIfUnchanged(from: string, to: string, etag: string): Promise<boolean> {
    assertStorageKey(from);
    assertStorageKey(to);
    const unchanged = new CopyConditions();
    unchanged.setMatchETag(etag);
    return this.call('copy', async () => {
      try {
        await this.client.copyObject(this.bucket, to, `/${this.bucket}/${from}`, unchanged);
        return true;
      } catch (error) {
        if (error instanceof S3Refusal && (error.status === 412 || isMissing(error))) return false;
        throw error;
      }
    });
  }

  async delete(key: string): Promise<void> {
    assertStorageKey(key);
    // Some stores answer 404 for what is gone already.
    await this.call('delete', () => orNull(this.client.removeObject(this.bucket, key)));
  }

  async listWrittenBefore(folder: string, before: Date, limit: number): Promise<string[]> {
    assertStorageKey(folder);
    return this.call('list', async () => {
      const found: string[] = [];
      for (let token = ''; ;) {
        const page = await this.client.listObjectsV2Query(
          this.bucket,
          `${folder}/`,
          token,
          '',
          PAGE_KEYS,
          '',
        );
        for (const { name, lastModified } of page.objects) {
          if (found.length === limit) return found;
          if (name !== undefined && lastModified < before) found.push(name);
        }
        if (!page.isTruncated || !page.nextContinuationToken) return found;
        token = page.nextContinuationToken;
      }
    });
  }

  async check(): Promise<void> {
    await this.call('check', async () => {
      if (await this.client.bucketExists(this.bucket)) return;
      throw new S3Refusal(404, 'NoSuchBucket', 'there is no such bucket');
    });
  }

  /** Every operation may be repeated, so a connection that the store had closed meanwhile costs one repeat. */
  private async call<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work().catch((error: unknown) => {
        if (this.transport.isStale(error)) return work();
        throw error;
      });
    } catch (error) {
      throw toStorageFault(operation, error);
    }
  }
}

/** `minio`, told everything it would otherwise find out over the network or decide for itself. */
export function createS3Client(settings: S3StorageSettings, transport: S3Transport): Client {
  const endpoint = new URL(settings.endpoint);
  return new Client({
    endPoint: endpoint.hostname,
    useSSL: endpoint.protocol === 'https:',
    ...(endpoint.port ? { port: Number(endpoint.port) } : {}),
    region: settings.region,
    accessKey: settings.accessKey,
    secretKey: settings.secretKey,
    pathStyle: settings.addressing === 'path',
    partSize: PART_BYTES,
    transport,
    transportAgent: transport.agent,
    retryOptions: { disableRetry: true },
  });
}

function infoOf(answer: Readable & { headers?: Record<string, string | string[] | undefined> }): ObjectInfo {
  const { etag, 'content-length': length } = answer.headers ?? {};
  const sizeBytes = Number(length);
  if (typeof etag !== 'string' || !Number.isSafeInteger(sizeBytes)) {
    answer.destroy();
    throw new StorageFault('object storage: an object came without its size or etag');
  }
  return { sizeBytes, etag: etag.replace(/^"|"$/g, '') };
}

/** A missing object is an answer; a missing bucket is a fault. */
async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof S3Refusal && isMissing(error)) return null;
    throw error;
  }
}

/** By its code: a bucket, a user or a page of some proxy may be missing as well. A HEAD tells the status only. */
function isMissing({ status, code }: S3Refusal): boolean {
  return status === 404 && (code === 'NoSuchKey' || code === 'NotFound');
}
