import { createReadStream } from 'node:fs';
import { link, mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
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
import type { AddressSigner } from './signed-address.js';

export type ReceiveOutcome = 'stored' | 'already_there' | 'too_large' | 'too_small';

/**
 * Objects as files below one folder. A file is written under a temporary name, flushed, and then given its own name,
 * so that a crash leaves either the whole object or none, and what was acknowledged survives a power cut.
 */
export class DiskStorage implements ObjectStorage {
  private readonly temporaryFolder: string;

  constructor(
    private readonly root: string,
    private readonly signer: AddressSigner,
  ) {
    this.temporaryFolder = join(root, '.incoming');
  }

  async presignUpload(key: string, terms: UploadTerms): Promise<PresignedUpload> {
    assertStorageKey(key);
    return {
      method: 'PUT',
      url: this.signer.sign({ method: 'PUT', key, ...terms }),
      headers: { 'content-type': terms.mediaType, 'content-length': String(terms.sizeBytes) },
      expiresAt: terms.expiresAt,
    };
  }

  async presignDownload(key: string, terms: DownloadTerms): Promise<string> {
    assertStorageKey(key);
    return this.signer.sign({ method: 'GET', key, ...terms });
  }

  async head(key: string): Promise<ObjectInfo | null> {
    return this.guard('head', async () => infoOf(await stat(this.path(key), { bigint: true })));
  }

  async open(key: string): Promise<{ info: ObjectInfo; stream: Readable } | null> {
    return this.guard('open', async () => {
      const file = await open(this.path(key), 'r');
      try {
        // The info is read from the open file, so it describes these bytes even if the name moves on.
        const info = infoOf(await file.stat({ bigint: true }));
        return { info, stream: createReadStream('', { fd: file, autoClose: true }) };
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    const path = this.path(key);
    await this.guard('put', async () => {
      const temporary = await this.writeTemporary(async (file) => {
        await file.writeFile(bytes);
      });
      await mkdir(dirname(path), { recursive: true });
      await rename(temporary, path);
      await syncFolder(dirname(path));
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
        await file.write(piece);
      }
    });
    if (received !== sizeBytes) {
      await rm(temporary, { force: true });
      return received > sizeBytes ? 'too_large' : 'too_small';
    }
    const stored = await this.guard('receive', async () => {
      await mkdir(dirname(path), { recursive: true });
      return this.publish(temporary, path);
    });
    return stored === false ? 'already_there' : 'stored';
  }

  async copyIfUnchanged(from: string, to: string, etag: string): Promise<boolean> {
    const source = this.path(from);
    const target = this.path(to);
    // Files never change once they have their name, so a second name for the same file is a copy.
    const copied = await this.guard('copy', async () => {
      if (infoOf(await stat(source, { bigint: true })).etag !== etag) return false;
      await mkdir(dirname(target), { recursive: true });
      await mkdir(this.temporaryFolder, { recursive: true });
      const temporary = join(this.temporaryFolder, randomUUID());
      await link(source, temporary);
      try {
        // Between the look and the link the name could have moved to another file.
        if (infoOf(await stat(temporary, { bigint: true })).etag !== etag) return false;
        await rename(temporary, target);
        await syncFolder(dirname(target));
        return true;
      } finally {
        // A rename onto another name of the same file does nothing, and leaves the temporary one.
        await rm(temporary, { force: true });
      }
    });
    return copied ?? false;
  }

  async delete(key: string): Promise<void> {
    await this.guard('delete', () => rm(this.path(key), { force: true }));
  }

  async check(): Promise<void> {
    await this.guard('check', () => mkdir(this.temporaryFolder, { recursive: true }));
  }

  private path(key: string): string {
    assertStorageKey(key);
    return join(this.root, key);
  }

  /** Writes a flushed file under a name nobody looks at, and removes it if the writing fails. */
  private async writeTemporary(write: (file: FileHandle) => Promise<void>): Promise<string> {
    await mkdir(this.temporaryFolder, { recursive: true });
    const temporary = join(this.temporaryFolder, randomUUID());
    const file = await open(temporary, 'wx');
    try {
      await write(file);
      await file.datasync();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return temporary;
  }

  /** Gives a temporary file its name for good; false when the name was taken in the meantime. */
  private async publish(temporary: string, path: string): Promise<boolean> {
    try {
      // A link, unlike a rename, fails where there is a file already.
      await link(temporary, path);
      await syncFolder(dirname(path));
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** A missing file is an answer (null); every other trouble of the disk is a fault that may pass. */
  private async guard<T>(operation: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null;
      throw new StorageFault(`disk storage: ${operation} failed`, { cause: error });
    }
  }
}

/** Without this, a power cut could forget the name of a file whose bytes are safe. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function infoOf(stats: { size: bigint; ino: bigint; mtimeNs: bigint }): ObjectInfo {
  return { sizeBytes: Number(stats.size), etag: `${stats.ino}-${stats.size}-${stats.mtimeNs}` };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
