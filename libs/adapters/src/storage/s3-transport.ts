import http, {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import https from 'node:https';
import { S3Refusal } from './s3-fault.js';
import { StorageFault } from './object-storage.js';

/** Longest any call may take, however busily bytes flow: below the five minutes that reading a file may take. */
const CALL_LIMIT_MS = 240_000;

/** An error document has some hundred bytes; what is longer is not one of S3. */
const REFUSAL_BYTES = 65_536;

/** Connections kept for the next call; a parse slot needs one or two. */
const IDLE_CONNECTIONS = 32;

/**
 * How `minio` reaches the store. It has no time-outs of its own, retries on its own with a line on the console, and
 * loses the error document of an answer it would retry; so it is shown successes only, and everything else arrives as
 * an error here: {@link S3Refusal} for an answer, {@link StorageFault} for none.
 */
export class S3Transport {
  readonly agent: http.Agent;
  private readonly send: typeof http.request;
  private readonly stale = new WeakSet<Error>();

  constructor(
    endpoint: string,
    private readonly timeoutMs: number,
  ) {
    const secure = new URL(endpoint).protocol === 'https:';
    const options = { keepAlive: true, maxFreeSockets: IDLE_CONNECTIONS };
    this.agent = secure ? new https.Agent(options) : new http.Agent(options);
    this.send = secure ? https.request : http.request;
  }

  /** In the shape of `http.request`, as far as `minio` calls it. */
  readonly request = ((options: RequestOptions, onSuccess: (answer: IncomingMessage) => void) => {
    const outgoing = this.send({ ...options, timeout: this.timeoutMs });
    let answer: IncomingMessage | undefined;
    const giveUp = (why: string): void => {
      const fault = new StorageFault(`object storage: ${options.method} was given up: ${why}`, {
        reason: 'no_answer',
      });
      // Once an answer has begun, whoever reads it is told; before that, whoever asked.
      (answer ?? outgoing).destroy(fault);
    };
    const limit = setTimeout(() => giveUp(`not done after ${CALL_LIMIT_MS} ms`), CALL_LIMIT_MS);
    outgoing
      .on('timeout', () => giveUp(`nothing came for ${this.timeoutMs} ms`))
      .on('error', (error) => this.noteStale(outgoing, error))
      .on('close', () => clearTimeout(limit))
      .on('response', (response) => {
        answer = response;
        // A reader that is not there yet must not let an error end the process; one that is sees it as well.
        response.on('error', () => undefined);
        if (isSuccess(response)) onSuccess(response);
        else void readRefusal(response).then((error) => outgoing.emit('error', error));
      });
    return outgoing;
  }) as typeof http.request;

  /** Whether a call failed only because the store had closed a kept connection: the next one takes a fresh one. */
  isStale(error: unknown): boolean {
    return error instanceof Error && this.stale.has(error);
  }

  private noteStale(outgoing: ClientRequest, error: Error): void {
    const code = 'code' in error ? error.code : undefined;
    if (outgoing.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE')) this.stale.add(error);
  }
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** The refusal that an answer is, or the error that kept it from being read. */
async function readRefusal(answer: IncomingMessage): Promise<Error> {
  try {
    return refusalFrom(answer, await readStart(answer));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function readStart(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of answer.setEncoding('utf8') as AsyncIterable<string>) {
    text += piece;
    if (text.length > REFUSAL_BYTES) break;
  }
  return text;
}

function refusalFrom(
  { statusCode = 0, statusMessage = '', headers }: IncomingMessage,
  text: string,
): S3Refusal {
  return new S3Refusal(
    statusCode,
    element(text, 'Code') ?? codeFor(statusCode),
    element(text, 'Message') ?? statusMessage,
    element(text, 'Region') ?? regionIn(statusCode, headers),
  );
}

/** A bucket's region is told with every answer about it; it explains those that are about the request alone. */
function regionIn(status: number, headers: IncomingHttpHeaders): string | null {
  const region = headers['x-amz-bucket-region'];
  return (status === 301 || status === 307 || status === 400) && typeof region === 'string' ? region : null;
}

function element(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
}

/** A HEAD is answered without a document. */
function codeFor(status: number): string {
  switch (status) {
    case 301:
      return 'PermanentRedirect';
    case 307:
      return 'TemporaryRedirect';
    case 403:
      return 'Forbidden';
    case 404:
      return 'NotFound';
    case 412:
      return 'PreconditionFailed';
    case 501:
      return 'NotImplemented';
    default:
      return http.STATUS_CODES[status]?.replaceAll(' ', '') ?? 'Unknown';
  }
}
