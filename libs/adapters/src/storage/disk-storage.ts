import { createReadStream } from 'node:fs';
import { link, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { UPLOAD_GRACE_MS } from '@docket/domain/document/upload-window-rules';
import { randomUUID } from 'node:crypto';
import { dirname, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { filesBelow, infoOf, makeFolder, orNull, syncFolder, unlessTaken } from './disk-files.js';
import {
  assertStorageKey,
  StorageFault,
  type DownloadTerms,
  type ObjectInfo,
  type ObjectStorage,
  type PresignedUpload,
  type UploadTerms,
} from './object-storage.js';
import type { AddressSigner } from './signed-address.js';

/** A disk that keeps a call waiting for so long is a network's that has gone; a flush of a large file takes seconds. */
const CALL_TIMEOUT_MS = 30_000;

/** A temporary file nobody has written to for so long was left by a process that died; a PUT stalls for a minute. */
const TEMPORARY_FILE_MS = 3_600_000;
/** How often a writer looks for such files. */
const TIDY_EVERY_MS = 600_000;

export type ReceiveOutcome = 'stored' | 'already_there' | 'too_large' | 'too_small';

/**
 * Objects as files below one folder. A file is written under a temporary name, flushed, and then given its own name,
 * so that a crash leaves either the whole object or none, and what was acknowledged survives a power cut.
 */
export class DiskStorage implements ObjectStorage {
  private readonly temporaryFolder: string;
  private tidiedAt = -Infinity;

  constructor(
    private readonly root: string,
    private readonly signer: AddressSigner,
    private readonly now: () => number = Date.now,
  ) {
    this.temporaryFolder = join(root, '.incoming');
  }

  async presignUpload(key: string, terms: UploadTerms): Promise<PresignedUpload> {
    assertStorageKey(key);
    // The signature outlives the promise: in between, the upload's row decides whether it is still waited for.
    const signedUntil = new Date(terms.expiresAt.getTime() + UPLOAD_GRACE_MS);
    return {
      method: 'PUT',
      url: this.signer.sign({ method: 'PUT', key, ...terms, expiresAt: signedUntil }),
      headers: { 'content-type': terms.mediaType, 'content-length': String(terms.sizeBytes) },
      expiresAt: terms.expiresAt,
    };
  }

  async presignDownload(key: string, terms: DownloadTerms): Promise<string> {
    assertStorageKey(key);
    return this.signer.sign({ method: 'GET', key, ...terms });
  }

  async head(key: string): Promise<ObjectInfo | null> {
    const path = this.path(key);
    const stats = await this.guard('head', () => orNull(stat(path, { bigint: true })));
    // A folder is the beginning of other keys, and no object.
    return stats?.isFile() ? infoOf(stats) : null;
  }

  async open(key: string): Promise<{ info: ObjectInfo; stream: Readable } | null> {
    const path = this.path(key);
    return this.guard('open', async () => {
      const file = await orNull(open(path, 'r'));
      if (!file) return null;
      try {
        // The info is read from the open file, so it describes these bytes even if the name moves on.
        const stats = await file.stat({ bigint: true });
        if (stats.isFile())
          return { info: infoOf(stats), stream: createReadStream('', { fd: file, autoClose: true }) };
        await file.close();
        return null;
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    const path = this.path(key);
    await this.guard('put', async () => {
      const temporary = await this.writeTemporary((file) => file.writeFile(bytes));
      await this.publish(temporary, path, rename);
    });
  }

  /**
   * Takes an upload as it streams in. The first to finish wins: a name that exists is never replaced. Bytes beyond the
   * announced size end it at once.
   *
   * @throws whatever the stream throws, such as a connection that was cut; nothing is left behind then
   */
  async receive(key: string, body: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<ReceiveOutcome> {
    const path = this.path(key);
    if (await this.head(key)) return 'already_there';
    let received = 0;
    const temporary = await this.writeTemporary(async (file) => {
      for await (const piece of body) {
        received += piece.length;
        if (received > sizeBytes) return;
        // Unlike `write`, which may stop short, this goes on until the whole piece is written.
        await this.guard('receive', () => file.writeFile(piece));
      }
    });
    if (received !== sizeBytes) {
      await rm(temporary, { force: true });
      return received > sizeBytes ? 'too_large' : 'too_small';
    }
    // A link, unlike a rename, fails where there is a file already.
    const stored = await this.guard('receive', () => unlessTaken(this.publish(temporary, path, link)));
    return stored ? 'stored' : 'already_there';
  }

  async copyIfUnchanged(from: string, to: string, etag: string): Promise<boolean> {
    const source = this.path(from);
    const target = this.path(to);
    // Files never change once they have their name, so a second name for the same file is a copy.
    return this.guard('copy', async () => {
      if ((await this.head(from))?.etag !== etag) return false;
      await makeFolder(this.temporaryFolder);
      const temporary = join(this.temporaryFolder, randomUUID());
      if ((await orNull(link(source, temporary))) === null) return false;
      // Between the look and the link the name could have moved to another file.
      const unchanged = infoOf(await stat(temporary, { bigint: true })).etag === etag;
      if (unchanged) await this.publish(temporary, target, rename);
      else await rm(temporary, { force: true });
      return unchanged;
    });
  }

  async delete(key: string): Promise<void> {
    const path = this.path(key);
    await this.guard('delete', async () => {
      if (!(await this.head(key))) return;
      await rm(path, { force: true });
      // What was erased must not be back after a power cut.
      await syncFolder(dirname(path));
    });
  }

  async listWrittenBefore(folder: string, before: Date, limit: number): Promise<string[]> {
    const top = this.path(folder);
    return this.guard('list', async () => {
      const found: string[] = [];
      for await (const { path, stats } of filesBelow(top)) {
        if (found.length === limit) break;
        if (stats.mtimeMs < before.getTime()) found.push(relative(this.root, path));
      }
      return found;
    });
  }

  async check(): Promise<void> {
    await this.guard('check', () => makeFolder(this.temporaryFolder));
  }

  private path(key: string): string {
    assertStorageKey(key);
    return join(this.root, key);
  }

  /**
   * Writes a flushed file under a name nobody looks at, and removes it if the writing fails. What `write` itself throws
   * is passed on as it is: it may be the stream's and not the disk's.
   */
  private async writeTemporary(write: (file: FileHandle) => Promise<void>): Promise<string> {
    const temporary = join(this.temporaryFolder, randomUUID());
    const file = await this.guard('create', async () => {
      await makeFolder(this.temporaryFolder);
      await this.tidy();
      return open(temporary, 'wx');
    });
    try {
      await write(file);
      await this.guard('flush', () => file.datasync());
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return temporary;
  }

  /** Removes what cut uploads of processes that died have left. Whoever writes does it, so that it needs no timer. */
  private async tidy(): Promise<void> {
    const now = this.now();
    if (now - this.tidiedAt < TIDY_EVERY_MS) return;
    this.tidiedAt = now;
    for await (const { path, stats } of filesBelow(this.temporaryFolder)) {
      // By the change of the name, too: a copy in the making is a second name of an old file.
      if (now - stats.ctimeMs > TEMPORARY_FILE_MS) await rm(path, { force: true });
    }
  }

  /** Gives a temporary file its name for good, and leaves nothing under the temporary one, however it ends. */
  private async publish(
    temporary: string,
    path: string,
    give: (from: string, to: string) => Promise<void>,
  ): Promise<void> {
    try {
      await makeFolder(dirname(path));
      await give(temporary, path);
      await syncFolder(dirname(path));
    } finally {
      // Also after a rename: onto another name of the same file it does nothing.
      await rm(temporary, { force: true });
    }
  }

  /** Trouble of the disk is a fault that may pass, and so is a disk that does not answer. */
  private async guard<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      return await withinTime(work(), CALL_TIMEOUT_MS, operation);
    } catch (error) {
      if (error instanceof StorageFault) throw error;
      throw new StorageFault(`disk storage: ${operation} failed`, { cause: error });
    }
  }
}

/** A call of the file system cannot be taken back; what it does late is harmless, as a repeat is. */
async function withinTime<T>(work: Promise<T>, timeoutMs: number, operation: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new StorageFault(`disk storage: ${operation} did not end within ${timeoutMs} ms`, {
            reason: 'no_answer',
          }),
        ),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
