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

type Noun = ErrorCode extends `${infer N}.${string}` ? N : never;

/** By the noun of the code, so that a new noun has to say whose it is; what stands below is an exception to it. */
const BY_NOUN: Readonly<Record<Noun, ErrorCategory>> = {
  // A request that asks for what is not there, or not in the right form.
  request: 'input',
  cursor: 'input',
  route: 'input',
  api: 'input',
  idempotency: 'input',
  upload: 'input',
  document: 'input',
  ticket: 'input',
  collection: 'input',
  example: 'input',
  embedding_profile: 'input',
  webhook_delivery: 'input',
  alert_rule: 'input',
  batch: 'tenant',
  // Who may do what, how much of it, and what the organisation has set up.
  auth: 'tenant',
  session: 'tenant',
  password: 'tenant',
  invitation: 'tenant',
  api_key: 'tenant',
  org: 'tenant',
  user: 'tenant',
  role: 'tenant',
  team: 'tenant',
  prompt: 'tenant',
  enrichment: 'tenant',
  quota: 'tenant',
  budget: 'tenant',
  webhook: 'tenant',
  rate_limit: 'tenant',
  storage: 'storage',
  embedding: 'provider',
  model: 'provider',
  parser: 'platform',
  run: 'platform',
  service: 'platform',
  internal: 'bug',
};

const BY_CODE: Partial<Record<ErrorCode, ErrorCategory>> = {
  // The operator has not set it up.
  'webhook.not_configured': 'platform',
  // Somebody wanted it so.
  'document.deleted': 'tenant',
  'run.cancelled': 'tenant',
  // Asked of a run that is not there, or in no state for it.
  'run.not_found': 'input',
  'webhook.not_found': 'input',
  'run.not_retryable': 'input',
  'run.not_cancellable': 'input',
  'run.not_rerunnable': 'input',
  'run.failed': 'bug',
};

/** The category of a code as it is stored, which an older or newer release may have written. */
export function errorCategory(code: string): ErrorCategory {
  const exception = Object.hasOwn(BY_CODE, code) ? BY_CODE[code as ErrorCode] : undefined;
  const noun = code.split('.')[0] ?? '';
  return exception ?? (Object.hasOwn(BY_NOUN, noun) ? BY_NOUN[noun as Noun] : 'bug');
}
