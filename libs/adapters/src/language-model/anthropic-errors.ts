import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
} from '@anthropic-ai/sdk';
import { ModelUnavailable } from './model-unavailable.js';
import { providerFailure } from './provider-failure.js';

/** What an error of the SDK means here. Whatever is not plainly final can be waited out. */
export function translated(error: unknown): Error {
  if (error instanceof APIConnectionTimeoutError)
    return new ModelUnavailable('model.timeout', 'Anthropic did not answer in time.', null, error);
  if (error instanceof APIUserAbortError || error instanceof APIConnectionError)
    return new ModelUnavailable('model.unavailable', 'The connection to Anthropic failed.', null, error);
  if (error instanceof APIError) return byStatus(error as APIError);
  // A stream that ends early or holds no JSON is thrown as the SDK's base error or a SyntaxError.
  return new ModelUnavailable('model.unavailable', 'Anthropic broke off its answer.', null, error);
}

function byStatus(error: APIError<number | undefined, Headers | undefined, object | undefined>): Error {
  return providerFailure({
    provider: 'Anthropic',
    keyVariable: 'ANTHROPIC_API_KEY',
    // In a stream an error comes without a status: its type says what it is.
    status: error.status ?? STATUS_BY_TYPE[error.type ?? ''] ?? 500,
    headers: error.headers,
    reason: error.apiMessage,
    cause: error,
  });
}

const STATUS_BY_TYPE: Readonly<Record<string, number>> = {
  authentication_error: 401,
  permission_error: 403,
  billing_error: 403,
  rate_limit_error: 429,
  timeout_error: 504,
  overloaded_error: 529,
  invalid_request_error: 400,
  not_found_error: 404,
};
