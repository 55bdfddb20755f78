import type { ErrorCode } from './error-codes.js';

/**
 * Whose matter a failure is. `input`: the file or the request; only another one helps. `tenant`: the organisation's own
 * settings, limits or acts. `provider`, `storage`, `database`: something that Docket calls. `platform`: Docket itself or
 * Temporal under it. `bug`: nobody knows, and nobody should see it.
 */
export const ERROR_CATEGORIES = [
  'input',
  'tenant',
  'provider',
  'storage',
  'database',
  'platform',
  'bug',
] as const;
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

/** By the noun of the code; what stands below is an exception to it. */
const BY_NOUN: Readonly<Record<string, ErrorCategory>> = {
  upload: 'input',
  document: 'input',
  ticket: 'input',
  storage: 'storage',
  embedding: 'provider',
  model: 'provider',
  parser: 'platform',
  run: 'platform',
  batch: 'tenant',
  service: 'platform',
  prompt: 'tenant',
  enrichment: 'tenant',
  quota: 'tenant',
  budget: 'tenant',
};

const BY_CODE: Partial<Record<ErrorCode, ErrorCategory>> = {
  // Somebody wanted it so.
  'document.deleted': 'tenant',
  'run.cancelled': 'tenant',
  'run.failed': 'bug',
};

/** The category of a code as it is stored, which an older or newer release may have written. */
export function errorCategory(code: string): ErrorCategory {
  const exception = Object.hasOwn(BY_CODE, code) ? BY_CODE[code as ErrorCode] : undefined;
  const noun = code.split('.')[0] ?? '';
  return exception ?? (Object.hasOwn(BY_NOUN, noun) ? BY_NOUN[noun] : undefined) ?? 'bug';
}
