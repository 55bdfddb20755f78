import type { Stats } from 'node:fs';
import { mkdir, open, opendir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectInfo } from './object-storage.js';

/** What a file says of itself. A file never changes once it has its name, so another etag means another file. */
export function infoOf(stats: { size: bigint; ino: bigint; mtimeNs: bigint }): ObjectInfo {
  return { sizeBytes: Number(stats.size), etag: `${stats.ino}-${stats.size}-${stats.mtimeNs}` };
}

/** A missing file is an answer where one is looked for, and a fault where one was written. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

/** True when the work was done, false when the name it wanted was taken. */
export async function unlessTaken(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Makes a folder with those above it, each of them flushed, so that a file in it can be found after a power cut. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first) return;
  }
}

/** Every file in a folder and below it, with what the file system says of it; those that go meanwhile are left out. */
export async function* filesBelow(folder: string): AsyncGenerator<{ path: string; stats: Stats }> {
  const entries = await orNull(opendir(folder, { recursive: true }));
  if (!entries) return;
  for await (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const stats = await orNull(stat(path));
    if (stats) yield { path, stats };
  }
}

/** Without this, a power cut could forget the name of a file whose bytes are safe. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
