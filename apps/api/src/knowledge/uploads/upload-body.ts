import type { Readable } from 'node:stream';

/** A client that sends nothing for so long is gone, whatever its connection says. */
const STALL_MS = 60_000;

/** A refused client that is nearly done reads its answer; one that goes on is cut off. */
const LINGER_BYTES = 1_048_576;
const LINGER_MS = 2_000;

/** The client stopped sending before its body was complete. */
export class UploadCut extends Error {
  override readonly name = 'UploadCut';
}

/**
 * The pieces of a body as they come. A refusal in the middle leaves the stream open: closing it would close the
 * connection before the answer.
 *
 * @throws UploadCut when the connection breaks, or nothing comes for `stallMs`
 */
export async function* piecesOf(body: Readable, stallMs = STALL_MS): AsyncGenerator<Uint8Array> {
  const pieces = body.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
  for (;;) {
    const next = await within(stallMs, pieces.next()).catch((error: unknown) => {
      throw new UploadCut('the upload ended before its body was complete', { cause: error });
    });
    if (next.done) return;
    let wanted = false;
    try {
      yield next.value as Uint8Array;
      wanted = true;
    } finally {
      if (!wanted) await pieces.return?.();
    }
  }
}

/** Lets what was not read go by, a little of it; false when there is more, and the connection must be closed. */
export async function letGoBy(body: Readable): Promise<boolean> {
  let left = LINGER_BYTES;
  const deadline = Date.now() + LINGER_MS;
  try {
    for await (const piece of piecesOf(body, LINGER_MS)) {
      left -= piece.length;
      if (left < 0 || Date.now() > deadline) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof UploadCut) return false;
    throw error;
  }
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
