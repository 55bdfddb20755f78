import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { ConfiguredStorage } from './create-storage.js';
import { StorageFault, type ObjectStorage } from './object-storage.js';

/** Addresses made for the check alone. */
const ADDRESS_MS = 60_000;
/** A public address that does not answer for so long is not reached from here. */
const FETCH_TIMEOUT_MS = 10_000;
/** Between two checks while there is a problem: an operator who mends it sees so within a minute. */
const AGAIN_MS = 60_000;

const BYTES = Buffer.from('docket checks that it can store this\n');
const MEDIA_TYPE = 'text/plain';

/**
 * Tries what the service will need: to look, write, read and delete, and where clients speak to the store themselves,
 * to use signed addresses as they will. Empty when all of it works; each line says what to set.
 */
export async function findStorageProblems({ objects, served }: ConfiguredStorage): Promise<string[]> {
  const key = `checks/${randomUUID()}`;
  try {
    await tryObject(objects, key);
    return served ? [] : await tryAddresses(objects, key);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/**
 * Checks at once, and again each minute for as long as there is a problem. It stops no process: a store that is away
 * comes back, and until then readiness says so.
 */
export async function reportStorageProblems(
  storage: ConfiguredStorage,
  logger: { info(fields: object, message: string): void; error(fields: object, message: string): void },
  signal: AbortSignal,
  againMs = AGAIN_MS,
): Promise<void> {
  while (!signal.aborted) {
    const problems = await findStorageProblems(storage);
    if (problems.length === 0) {
      logger.info({}, 'the storage can be used');
      return;
    }
    for (const problem of problems) logger.error({ problem }, 'the storage cannot be used as it is set up');
    await setTimeout(againMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function tryObject(objects: ObjectStorage, key: string): Promise<void> {
  // First of all a call whose refusal comes with a reason: that of a HEAD has none.
  await objects.listWrittenBefore('checks', new Date(), 1);
  // Without the right to list, a store says "forbidden" of what is missing, and no upload would ever be found missing.
  if (await objects.head(key))
    throw new StorageFault('object storage: a key that was never written is there');
  await objects.put(key, BYTES, MEDIA_TYPE);
  try {
    const object = await objects.open(key);
    if (!object || !(await buffer(object.stream)).equals(BYTES)) {
      throw new StorageFault('object storage: what was written is not what is read');
    }
  } finally {
    await objects.delete(key);
  }
}

async function tryAddresses(objects: ObjectStorage, key: string): Promise<string[]> {
  const expiresAt = new Date(Date.now() + ADDRESS_MS);
  const terms = { sizeBytes: BYTES.length, mediaType: MEDIA_TYPE, expiresAt };
  const upload = await objects.presignUpload(key, terms);
  const { origin } = new URL(upload.url);
  try {
    const stored = await use(upload.url, { method: upload.method, headers: upload.headers, body: BYTES });
    if (stored !== null) return [`an upload to ${origin} ${stored}`];
    const url = await objects.presignDownload(key, {
      fileName: 'check.txt',
      mediaType: MEDIA_TYPE,
      expiresAt,
    });
    const fetched = await use(url, {});
    return fetched === null ? [] : [`a download from ${origin} ${fetched}`];
  } finally {
    await objects.delete(key);
  }
}

/** Null when the address works; otherwise what happened, and what to set. */
async function use(url: string, request: RequestInit): Promise<string | null> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    const answer = await response.text();
    if (response.ok) return null;
    const code = /<Code>([^<]*)<\/Code>/.exec(answer)?.[1] ?? '';
    return `was refused with ${response.status} ${code}. ${hintFor(response.status, code)}`;
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return `did not come through (${cause}). Set STORAGE_PUBLIC_URL to where clients reach the store; if only they can reach it, and not this machine, all is well.`;
  }
}

function hintFor(status: number, code: string): string {
  if (status === 501) return 'Set STORAGE_WRITE_ONCE to off: the store does not know If-None-Match.';
  if (code === 'SignatureDoesNotMatch') {
    return 'Something between here and the store changes the host name or the path; STORAGE_PUBLIC_URL must be what the store itself is asked for.';
  }
  return 'Compare STORAGE_PUBLIC_URL, STORAGE_ADDRESSING and STORAGE_REGION with what the store expects.';
}
