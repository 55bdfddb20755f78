import type { OperationId } from '../access/operations.js';

/** POSTs that only read: repeating them changes nothing, so there is nothing to store. */
const READING_POSTS: readonly OperationId[] = ['search', 'previewPrompt'];

/** POSTs whose body holds a password: not even a fingerprint of it is stored. */
const SECRET_POSTS: readonly OperationId[] = ['changePassword'];

/** Whether a request of this operation may carry an `Idempotency-Key`: every POST that creates or acts. */
export function takesIdempotencyKey(method: string, operation: OperationId): boolean {
  return method.toUpperCase() === 'POST' && ![...READING_POSTS, ...SECRET_POSTS].includes(operation);
}
