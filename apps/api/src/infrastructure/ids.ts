import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { randomBytes } from 'node:crypto';

/** Random bytes of one id. */
const ID_BYTES = 10;
/** Fetched for so many ids at once: each request needs one, and asking for ten bytes costs as much as for ten thousand. */
const IDS_AT_ONCE = 512;

let random = randomBytes(0);

/** A new id whose order is its time of making. */
export function newId(): string {
  if (random.length === 0) random = randomBytes(ID_BYTES * IDS_AT_ONCE);
  const own = random.subarray(0, ID_BYTES);
  random = random.subarray(ID_BYTES);
  return uuidV7(Date.now(), own);
}
