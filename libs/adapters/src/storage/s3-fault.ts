import { StorageFault, type StorageFaultReason } from './object-storage.js';

/** What the store said instead of doing what it was asked. */
export class S3Refusal extends Error {
  override readonly name = 'S3Refusal';

  constructor(
    readonly status: number,
    /** The error code of S3, or one made of the status where the answer has no body. */
    readonly code: string,
    message: string,
    /** The region the bucket is in, where the store told. */
    readonly region: string | null = null,
  ) {
    super(message);
  }
}

/** Codes under 4xx that mean: not now. */
const PASSING_CODES = new Set([
  'SlowDown',
  'RequestTimeout',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
  'OperationAborted',
  'ConditionalRequestConflict',
]);

/** What to change, by the code under which the store refuses. */
const HINTS: Record<string, string> = {
  InvalidAccessKeyId: 'The store does not know STORAGE_ACCESS_KEY. Correct it, or renew it.',
  // The same, as versitygw says it.
  XAdminUserNotFound: 'The store does not know STORAGE_ACCESS_KEY. Correct it, or renew it.',
  SignatureDoesNotMatch:
    'STORAGE_SECRET_KEY does not belong to STORAGE_ACCESS_KEY, or something between here and the store changes the host or the path.',
  AccessDenied:
    'The key lacks a right. It needs ListBucket, GetObject, PutObject and DeleteObject on the bucket.',
  Forbidden:
    'STORAGE_ACCESS_KEY or STORAGE_SECRET_KEY is wrong, or the key lacks a right: it needs ListBucket, GetObject, PutObject and DeleteObject on the bucket.',
  NoSuchBucket:
    'The bucket of STORAGE_URL does not exist. Correct the name, or make it: node apps/worker/dist/commands/provision-storage.js.',
  RequestTimeTooSkewed:
    "This machine's clock and the store's are too far apart. Set both by the network's time.",
  NotImplemented:
    'The store lacks something it was asked for. If it is If-None-Match, set STORAGE_WRITE_ONCE to off.',
};

const WRONG_REGION = new Set([
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
  'PermanentRedirect',
  'TemporaryRedirect',
  'IllegalLocationConstraintException',
  'InvalidRegion',
]);

/** Errors of TLS that stay until a certificate or an address is changed. */
const TLS_CODES = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/;

/** Whatever a call of the store threw, as the fault it is to callers, with what to change where that is known. */
export function toStorageFault(operation: string, error: unknown): StorageFault {
  if (error instanceof StorageFault) return error;
  const { reason, why } = explain(error);
  return new StorageFault(`object storage: ${operation} failed: ${why}`, { cause: error, reason });
}

function explain(error: unknown): { reason: StorageFaultReason; why: string } {
  if (error instanceof S3Refusal) {
    const reason = isPassing(error) ? 'unavailable' : 'refused';
    return { reason, why: `${error.status} ${error.code}. ${hintFor(error)}`.trim() };
  }
  const code = codeOf(error);
  if (code !== null && TLS_CODES.test(code)) {
    return {
      reason: 'refused',
      why: `${code}. The store's certificate is not one this process trusts; name its authority in NODE_EXTRA_CA_CERTS.`,
    };
  }
  return { reason: 'unavailable', why: code ?? (error instanceof Error ? error.message : String(error)) };
}

function isPassing({ status, code }: S3Refusal): boolean {
  return (status >= 500 && status !== 501) || status === 408 || status === 429 || PASSING_CODES.has(code);
}

function hintFor({ code, region, message }: S3Refusal): string {
  if (WRONG_REGION.has(code) || region !== null) {
    return `STORAGE_REGION, or the endpoint in STORAGE_URL, is not the bucket's${region === null ? '' : `: the store says ${region}`}. ${message}`;
  }
  return HINTS[code] ?? message;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
