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
 * throw a {@link StorageFault}, which asking again may mend. A put or a copy is whole or not there at all.
 */
export interface ObjectStorage {
  /** An address to which exactly these bytes' size and type may be put before it expires. */
  presignUpload(key: string, terms: UploadTerms): Promise<PresignedUpload>;
  /** An address from which the object may be fetched before it expires. */
  presignDownload(key: string, terms: DownloadTerms): Promise<string>;
  /** Size and etag, or null when there is no such object. */
  head(key: string): Promise<ObjectInfo | null>;
  /** The object's bytes as a stream, with the info of exactly those bytes; null when there is no such object. */
  open(key: string): Promise<{ info: ObjectInfo; stream: Readable } | null>;
  /** Writes an object, in place of one that may be there. */
  put(key: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  /**
   * Copies an object if its etag is still the given one; false when it has changed or is gone. A repeat is harmless.
   */
  copyIfUnchanged(from: string, to: string, etag: string): Promise<boolean>;
  /** Removes an object; one that is not there is removed already. */
  delete(key: string): Promise<void>;
  /** Resolves when the store answers; for readiness. */
  check(): Promise<void>;
}

/** The store did not do what it was asked, and may do it next time. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault';
}

const KEY_PATTERN = /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)?(\/[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)?)*$/;

/** @throws RangeError for a key that could lead anywhere but below the store's root */
export function assertStorageKey(key: string): void {
  if (!KEY_PATTERN.test(key)) throw new RangeError('not a storage key');
}
