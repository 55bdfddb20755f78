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

export interface StorageVerdict {
  /** What will not work, and what to set. */
  problems: string[];
  /** What could not be tried from this machine. */
  notes: string[];
}

/**
 * Tries what the service will need: to look, write, read and delete, and where clients speak to the store themselves,
 * to use signed addresses as they will.
 */
export async function checkStorage({ objects, served }: ConfiguredStorage): Promise<StorageVerdict> {
  const key = `checks/${randomUUID()}`;
  try {
    await tryObject(objects, key);
    return served ? { problems: [], notes: [] } : await tryAddresses(objects, key);
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)], notes: [] };
  }
}

/**
 * Checks at once, and again each minute for as long as there is a problem. It stops no process: a store that is away
 * comes back, and until then readiness says so.
 */
export async function reportStorageProblems(
  storage: ConfiguredStorage,
  logger: Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>,
  signal: AbortSignal,
  againMs = AGAIN_MS,
): Promise<void> {
  while (!signal.aborted) {
    const { problems, notes } = await checkStorage(storage);
    for (const note of notes) logger.warn({ note }, 'a part of the storage could not be checked from here');
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

async function tryAddresses(objects: ObjectStorage, key: string): Promise<StorageVerdict> {
  const expiresAt = new Date(Date.now() + ADDRESS_MS);
  const terms = { sizeBytes: BYTES.length, mediaType: MEDIA_TYPE, expiresAt };
  const upload = await objects.presignUpload(key, terms);
  const { origin } = new URL(upload.url);
  try {
    const stored = await use(upload.url, { method: upload.method, headers: upload.headers, body: BYTES });
    if (stored.outcome !== 'done') return verdictOf(`an upload to ${origin}`, stored);
    const url = await objects.presignDownload(key, {
      fileName: 'check.txt',
      mediaType: MEDIA_TYPE,
      expiresAt,
    });
    return verdictOf(`a download from ${origin}`, await use(url, {}));
  } finally {
    await objects.delete(key);
  }
}

interface Use {
  outcome: 'done' | 'refused' | 'not_reached';
  why: string;
}

/** An address that is not reached from here may be reached by clients; one that is refused is refused to all. */
function verdictOf(what: string, { outcome, why }: Use): StorageVerdict {
  return {
    problems: outcome === 'refused' ? [`${what} ${why}`] : [],
    notes: outcome === 'not_reached' ? [`${what} ${why}`] : [],
  };
}

async function use(url: string, request: RequestInit): Promise<Use> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    const answer = await response.text();
    if (response.ok) return { outcome: 'done', why: '' };
    const code = /<Code>([^<]*)<\/Code>/.exec(answer)?.[1] ?? '';
    const why = `was refused with ${response.status} ${code}. ${hintFor(response.status, code)}`;
    return { outcome: 'refused', why };
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    const why = `did not come through (${cause}). Set STORAGE_PUBLIC_URL to where clients reach the store; if only they can reach it, and not this machine, all is well.`;
    return { outcome: 'not_reached', why };
  }
}

function hintFor(status: number, code: string): string {
  if (status === 501) return 'Set STORAGE_WRITE_ONCE to off: the store does not know If-None-Match.';
  if (code === 'SignatureDoesNotMatch') {
    return 'Something between here and the store changes the host name or the path; STORAGE_PUBLIC_URL must be what the store itself is asked for.';
  }
  return 'Compare STORAGE_PUBLIC_URL, STORAGE_ADDRESSING and STORAGE_REGION with what the store expects.';
}
