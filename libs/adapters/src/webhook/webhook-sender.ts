import type { LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { WebhookAddressRefused, WebhookHostUnknown, type WebhookAddresses } from './webhook-address.js';

/** What an attempt came to. Of the answer its status is kept and nothing else: the body may be anybody's. */
export type WebhookResult =
  | { outcome: 'delivered'; status: number; tookMs: number }
  | {
      outcome: 'failed';
      code: WebhookFailureCode;
      status: number | null;
      /** The system's own name of a connection's failure, such as ECONNREFUSED or CERT_HAS_EXPIRED. */
      detail: string | null;
      tookMs: number;
    };

export type WebhookFailureCode =
  | 'webhook.address_refused'
  | 'webhook.host_unknown'
  | 'webhook.unreachable'
  | 'webhook.timeout'
  | 'webhook.redirected'
  | 'webhook.gone'
  | 'webhook.refused';

export interface WebhookRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** From resolving to the last byte. A receiver stores and answers; what takes longer it does afterwards. */
const ATTEMPT_MS = 10_000;
/** Headers and body of an answer that nobody reads. More is cut off. */
const MOST_HEADER_BYTES = 16_384;
const MOST_BODY_BYTES = 65_536;

/** Posts to webhooks: over a connection of its own to an address that was checked, following nobody anywhere. */
export class WebhookSender {
  constructor(
    private readonly addresses: WebhookAddresses,
    private readonly attemptMs: number = ATTEMPT_MS,
  ) {}

  /** Never throws: whatever goes wrong is what the attempt came to. */
  async send({ url: text, headers, body }: WebhookRequest): Promise<WebhookResult> {
    const startedAt = performance.now();
    const tookMs = (): number => Math.round(performance.now() - startedAt);
    const signal = AbortSignal.timeout(this.attemptMs);
    try {
      const url = this.addresses.read(text);
      const addresses = await inTime(this.addresses.resolve(url), signal);
      const { status } = await post(url, addresses, { headers, body, signal });
      return toResult(status, tookMs());
    } catch (error) {
      const { code, detail } = failureOf(error, signal);
      return { outcome: 'failed', code, status: null, detail, tookMs: tookMs() };
    }
  }
}

function toResult(status: number, tookMs: number): WebhookResult {
  if (status >= 200 && status < 300) return { outcome: 'delivered', status, tookMs };
  const isRedirect = status >= 300 && status < 400;
  const code = isRedirect ? 'webhook.redirected' : status === 410 ? 'webhook.gone' : 'webhook.refused';
  return { outcome: 'failed', code, status, detail: null, tookMs };
}

function failureOf(error: unknown, signal: AbortSignal): { code: WebhookFailureCode; detail: string | null } {
  if (error instanceof WebhookAddressRefused) return { code: 'webhook.address_refused', detail: null };
  if (signal.aborted) return { code: 'webhook.timeout', detail: null };
  if (error instanceof WebhookHostUnknown) return { code: 'webhook.host_unknown', detail: null };
  return { code: 'webhook.unreachable', detail: systemCodeOf(error) };
}

/** A resolver cannot be interrupted; it is left behind. */
async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    }),
  ]);
}

interface Sending {
  headers: Readonly<Record<string, string>>;
  body: string;
  signal: AbortSignal;
}

async function post(
  url: URL,
  addresses: LookupAddress[],
  { headers, body, signal }: Sending,
): Promise<{ status: number }> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      // A connection of its own: one from a pool would lead to where an earlier check allowed it.
      agent: false,
      lookup: only(addresses),
      maxHeaderSize: MOST_HEADER_BYTES,
      signal,
    })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
  await readAndForget(response);
  return { status: response.statusCode ?? 0 };
}

/** Resolves to what was resolved and checked before, whatever the name means by now. */
function only(addresses: LookupAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all || !first) callback(null, addresses);
    else callback(null, first.address, first.family);
  };
}

/** The status has been said, so what becomes of the rest changes nothing. */
async function readAndForget(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
      // Leaving the loop closes the connection.
      if (bytes > MOST_BODY_BYTES) break;
    }
  } catch {
    response.destroy();
  }
}

function systemCodeOf(error: unknown): string | null {
  // Of several addresses that were tried, the first says why.
  const known: unknown = hasField(error, 'errors') && Array.isArray(error.errors) ? error.errors[0] : error;
  const code = hasField(known, 'code') ? known.code : null;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : null;
}

function hasField<Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> {
  return typeof value === 'object' && value !== null && name in value;
}
