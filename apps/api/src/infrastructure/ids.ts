import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { randomBytes } from 'node:crypto';

/** A new id whose order is its time of making. */
export function newId(): string {
  return uuidV7(Date.now(), randomBytes(10));
}
