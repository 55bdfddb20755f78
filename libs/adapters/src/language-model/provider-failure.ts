import { DocketError } from '@docket/domain/errors';
import { ModelUnavailable, retryAfterSeconds, type WaitCode } from './model-unavailable.js';

export interface ProviderFailure {
  /** Name of the provider in messages. */
  provider: string;
  /** Environment variable of its key. */
  keyVariable: string;
  status: number;
  headers: Headers | undefined;
  /** What the provider says of a request it will never answer. */
  reason: string | null;
  cause?: unknown;
}

const WAITS: Readonly<Record<number, WaitCode>> = {
  408: 'model.timeout',
  409: 'model.unavailable',
  429: 'model.rate_limited',
  503: 'model.overloaded',
  504: 'model.timeout',
  529: 'model.overloaded',
};

/** What a provider's HTTP status means here: waited for, or final. Whatever is the server's fault can be waited out. */
export function providerFailure(failure: ProviderFailure): ModelUnavailable | DocketError {
  const { provider, status, headers, cause } = failure;
  if (status === 401 || status === 403)
    return new DocketError(
      'model.unauthorized',
      `${provider} refused the API key. Set a valid ${failure.keyVariable}, restart the worker, and retry.`,
      { cause },
    );
  const code = WAITS[status] ?? (status >= 500 ? 'model.unavailable' : null);
  if (code !== null) {
    const wait = retryAfterSeconds(headers, Date.now());
    return new ModelUnavailable(code, `${provider} answered with status ${status}.`, wait, cause);
  }
  const reason = failure.reason?.slice(0, 300) ?? 'no reason given';
  const message = `${provider} refused the request with status ${status}: ${reason}`;
  return new DocketError('model.request_invalid', message, { cause });
}
