import { traceHeaders } from '@docket/platform/tracing/spans';

export interface JsonEndpoint {
  url: string;
  apiKey: string | undefined;
  /** From first byte to last. */
  timeoutMs: number;
}

/** No whole answer came: the other side is down, out of reach, or slower than the deadline. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly wasLate: boolean;

  constructor({ timeoutMs }: JsonEndpoint, wasLate: boolean, cause: unknown) {
    super(wasLate ? `did not answer in ${timeoutMs} ms` : 'cannot be reached', { cause });
    this.wasLate = wasLate;
  }
}

/**
 * One POST of JSON, answered with status, headers and text, whatever the status says.
 *
 * @throws NoAnswer when the answer does not come whole within the deadline
 */
export async function postJson(
  endpoint: JsonEndpoint,
  body: object,
): Promise<{ status: number; headers: Headers; text: string }> {
  const deadline = AbortSignal.timeout(endpoint.timeoutMs);
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...traceHeaders(),
        ...(endpoint.apiKey ? { authorization: `Bearer ${endpoint.apiKey}` } : {}),
      },
      body: JSON.stringify(body),
      signal: deadline,
      // The key must go where it was meant to go.
      redirect: 'error',
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    throw new NoAnswer(endpoint, deadline.aborted, cause);
  }
}

/** The parsed text, or the text itself, which no schema of an object takes. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
