import { describe, expect, it } from '@jest/globals';
import { StorageFault, type ObjectStorage } from '@docket/adapters/storage';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readUpload } from '../../src/document-ingest/read-upload.ts';

const BYTES = Buffer.from('twelve bytes');
const ANNOUNCED = { sizeBytes: BYTES.length, sha256: createHash('sha256').update(BYTES).digest() };

/** A store whose object arrives in these pieces; an error among them breaks the stream. */
function storeOf(pieces: readonly (Buffer | Error)[]): Pick<ObjectStorage, 'open'> & { read: Buffer[] } {
  const read: Buffer[] = [];
  async function* arrive(): AsyncGenerator<Buffer> {
    for (const piece of pieces) {
      if (piece instanceof Error) throw piece;
      read.push(piece);
      yield piece;
    }
  }
  const info = { sizeBytes: 1, etag: 'e' };
  return { read, open: async () => ({ info, stream: Readable.from(arrive(), { highWaterMark: 1 }) }) };
}

describe('readUpload', () => {
  it('puts the pieces together in order', async () => {
    const store = storeOf([BYTES.subarray(0, 5), BYTES.subarray(5)]);
    const found = await readUpload(store as unknown as ObjectStorage, 'key', ANNOUNCED);
    expect(found?.bytes).toEqual(BYTES);
  });

  it('calls a stream that breaks a fault of the storage, which is counted and repeated', async () => {
    const store = storeOf([BYTES.subarray(0, 5), new Error('EIO')]);
    await expect(readUpload(store as unknown as ObjectStorage, 'key', ANNOUNCED)).rejects.toThrow(
      StorageFault,
    );
  });

  it('reads no further than what was announced', async () => {
    const store = storeOf([BYTES, ...Array<Buffer>(50).fill(BYTES)]);
    const reading = readUpload(store as unknown as ObjectStorage, 'key', ANNOUNCED);
    await expect(reading).rejects.toMatchObject({ code: 'upload.size_mismatch' });
    expect(store.read.length).toBeLessThan(10);
  });
});
