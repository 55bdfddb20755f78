import { StorageFault, type ObjectInfo, type ObjectStorage } from '@docket/adapters/storage';
import { DocketError } from '@docket/domain/errors';
import { createHash } from 'node:crypto';

export interface ReadUpload {
  bytes: Buffer;
  info: ObjectInfo;
}

/**
 * Reads an uploaded object once, counting and hashing, and holds it against what was announced. Null when it is not
 * there. What is larger is not read and not kept: not every store holds a client to the size in its address.
 *
 * @throws DocketError `upload.size_mismatch` or `upload.checksum_mismatch`: this version's end, not the content's
 */
export async function readUpload(
  storage: ObjectStorage,
  key: string,
  announced: { sizeBytes: number; sha256: Buffer },
): Promise<ReadUpload | null> {
  const object = await storage.open(key);
  if (!object) return null;
  if (object.info.sizeBytes > announced.sizeBytes) {
    object.stream.destroy();
    await storage.delete(key);
    throw sizeMismatch(announced.sizeBytes, 'more');
  }
  const hash = createHash('sha256');
  const pieces: Buffer[] = [];
  let received = 0;
  try {
    for await (const piece of object.stream as AsyncIterable<Buffer>) {
      received += piece.length;
      // The announced size is within the limit; whatever is longer need not be read to its end.
      if (received > announced.sizeBytes) {
        object.stream.destroy();
        break;
      }
      hash.update(piece);
      pieces.push(piece);
    }
  } catch (error) {
    // Its own faults say whether it hung or broke.
    if (error instanceof StorageFault) throw error;
    throw new StorageFault('the uploaded object could not be read to its end', { cause: error });
  }
  if (received !== announced.sizeBytes) {
    throw sizeMismatch(announced.sizeBytes, received > announced.sizeBytes ? 'more' : String(received));
  }
  const digest = hash.digest();
  if (!digest.equals(announced.sha256)) {
    throw new DocketError(
      'upload.checksum_mismatch',
      `The uploaded bytes have the SHA-256 ${digest.toString('hex')}, which is not the announced one. Upload the file again, with its own checksum.`,
    );
  }
  return { bytes: Buffer.concat(pieces, received), info: object.info };
}

function sizeMismatch(announcedBytes: number, came: string): DocketError {
  return new DocketError(
    'upload.size_mismatch',
    `The upload was announced with ${announcedBytes} bytes, and ${came} came. Announce the size of the file as it is and upload it again.`,
  );
}
