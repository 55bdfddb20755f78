import type { Readable } from 'node:stream';

export interface ObjectInfo {
  sizeBytes: number;
  /** Changes whenever the bytes do; opaque. */
  etag: string;
}

/** A request that somebody else may make, exactly as it stands, until it expires. */
export interface PresignedUpload {
  method: 'PUT';
  url: string;
  headers: Record<string, string>;
  expiresAt: Date;
}

export interface UploadTerms {
  sizeBytes: number;
  mediaType: string;
  expiresAt: Date;
}

export interface DownloadTerms {
  fileName: string;
  mediaType: string;
  expiresAt: Date;
}

/**
 * Where bytes are kept. Keys are paths of lower-case words, digits, `-`, `_` and `.`, parted by `/`. Every method may
 * throw a {@link StorageFault}, which asking again may mend, and none waits without end. A put or a copy is whole or
 * not there at all. A class and no interface, so that it is its own token where dependencies are handed out.
 */
export abstract class ObjectStorage {
  /** An address to which exactly these bytes' size and type may be put before it expires. */
  abstract presignUpload(key: string, terms: UploadTerms): Promise<PresignedUpload>;
  /** An address from which the object may be fetched before it expires. */
  abstract presignDownload(key: string, terms: DownloadTerms): Promise<string>;
  /** Size and etag, or null when there is no such object. */
  abstract head(key: string): Promise<ObjectInfo | null>;
  /** The object's bytes as a stream, with the info of exactly those bytes; null when there is no such object. */
  abstract open(key: string): Promise<{ info: ObjectInfo; stream: Readable } | null>;
  /** Writes an object, in place of one that may be there. */
  abstract put(key: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  /**
   * Copies an object if its etag is still the given one; false when it has changed or is gone. A repeat is harmless.
   */
  abstract copyIfUnchanged(from: string, to: string, etag: string): Promise<boolean>;
  /** Removes an object; one that is not there is removed already. */
  abstract delete(key: string): Promise<void>;
  /**
   * Keys in a folder and below it whose objects were last written before a time: at most `limit` of them, in no
   * certain order. For the sweep, which deletes what it is given and asks again.
   */
  abstract listWrittenBefore(folder: string, before: Date, limit: number): Promise<string[]>;
  /** Resolves when the store answers; for readiness. */
  abstract check(): Promise<void>;
}

/**
 * What kind of trouble it is:
 * `no_answer`: the call hung and was given up; the store may not even have seen it.
 * `unavailable`: the store or the way to it failed, or it asked for a pause.
 * `refused`: it understood and will refuse again until somebody changes a setting: credentials, bucket, region, clock.
 */
export type StorageFaultReason = 'no_answer' | 'unavailable' | 'refused';

/** The store did not do what it was asked, and may do it next time. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault';
  readonly reason: StorageFaultReason;

  constructor(message: string, options: ErrorOptions & { reason?: StorageFaultReason } = {}) {
    super(message, options);
    this.reason = options.reason ?? 'unavailable';
  }
}

const KEY_PATTERN = /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)?(\/[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)?)*$/;

/** @throws RangeError for a key that could lead anywhere but below the store's root */
export function assertStorageKey(key: string): void {
  if (!KEY_PATTERN.test(key)) throw new RangeError('not a storage key');
}
