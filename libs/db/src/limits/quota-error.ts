import { DocketError, type ErrorCode } from '@docket/domain/errors';

/** How the database says that something new does not fit; migration 0010 raises it. */
const QUOTA_SQLSTATE = 'DKQ01';

const ADVICE = {
  'quota.documents_exceeded': 'Delete documents, or ask for a larger plan.',
  'quota.storage_exceeded': 'Delete documents, or ask for a larger plan.',
  'quota.runs_exceeded': 'Wait until some of them have ended.',
} as const satisfies Partial<Record<ErrorCode, string>>;

const NAMES = {
  'quota.documents_exceeded': 'documents',
  'quota.storage_exceeded': 'bytes in storage',
  'quota.runs_exceeded': 'runs at once',
} as const satisfies Record<keyof typeof ADVICE, string>;

/** Runs end by themselves, most within seconds. */
const RUNS_RETRY_SECONDS = 5;

/** What a refused commit means to whoever asked; null for any other error. */
export function quotaErrorOf(error: unknown): DocketError | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== QUOTA_SQLSTATE) return null;
  const code = error.message;
  if (!isQuotaCode(code)) return null;
  const limit = 'detail' in error && typeof error.detail === 'string' ? error.detail : '';
  return new DocketError(
    code,
    `The plan of the organisation allows ${limit} ${NAMES[code]}. ${ADVICE[code]}`,
    code === 'quota.runs_exceeded' ? { retryAfterSeconds: RUNS_RETRY_SECONDS } : {},
  );
}

function isQuotaCode(code: string): code is keyof typeof ADVICE {
  return Object.hasOwn(ADVICE, code);
}
