import { createHash } from 'node:crypto';

/** The parts of the API's answers that the tools read. */
export interface UploadAnswer {
  uploadId: string | null;
  documentId: string;
  version: number;
  state: string;
  upload: { method: string; url: string; headers: Record<string, string>; expiresAt: string } | null;
  reused: boolean;
  runId: string | null;
}

export interface DocumentAnswer {
  id: string;
  title: string;
  state: string;
  step: string | null;
  error: { code: string; message: string; retryable: boolean } | null;
  version: number;
  chunkCount: number;
  timings: Record<string, number>;
  createdAt: string;
  indexedAt: string | null;
  runId: string | null;
}

export interface SearchAnswer {
  hits: {
    chunkId: string;
    documentId: string;
    title: string;
    sectionPath: string[];
    text: string;
    charStart: number;
    charEnd: number;
    score: number;
  }[];
  embedding: { provider: string; model: string };
  tookMs: number;
}

export interface HistoryAnswer {
  data: {
    at: string;
    step: string;
    what: string;
    attempt: number;
    durationMs: number | null;
    outcome: string;
  }[];
}

export interface FileToUpload {
  fileName: string;
  mediaType: string;
  bytes: Uint8Array;
  collection?: string;
  title?: string;
  sourceUrl?: string;
  externalKey?: string;
  metadata?: Record<string, string>;
  /** Announced instead of the true one, to show what happens. */
  sha256?: string;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** Raised for every answer that is not 2xx, with the problem's code. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, body: string) {
    const problem = readProblem(body);
    super(`${status} ${problem.code}: ${problem.detail}`);
    this.status = status;
    this.code = problem.code;
  }
}

/** States in which a version stays as it is unless somebody asks. */
const ENDED = new Set(['indexed', 'upload_expired', 'rejected', 'index_error', 'deleted']);

/** A small client of the API, over what Node brings along. */
export class DocketClient {
  readonly url: string;
  readonly #apiKey: string;

  constructor(url: string, apiKey: string) {
    this.url = url.replace(/\/$/, '');
    this.#apiKey = apiKey;
  }

  async request<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiProblem(response.status, text);
    return {
      status: response.status,
      headers: response.headers,
      body: (text ? JSON.parse(text) : null) as T,
    };
  }

  /** Sends a body of another kind than JSON, such as lines of it. */
  async send<T>(method: string, path: string, body: string, contentType: string): Promise<T> {
    const headers = { authorization: `Bearer ${this.#apiKey}`, 'content-type': contentType };
    const response = await fetch(`${this.url}${path}`, { method, headers, body });
    const text = await response.text();
    if (!response.ok) throw new ApiProblem(response.status, text);
    return JSON.parse(text) as T;
  }

  async announce(file: FileToUpload): Promise<UploadAnswer> {
    const { bytes, sha256, ...attributes } = file;
    const { body } = await this.request<UploadAnswer>('POST', '/v1/uploads', {
      ...attributes,
      sizeBytes: bytes.length,
      sha256: sha256 ?? createHash('sha256').update(bytes).digest('hex'),
    });
    return body;
  }

  /** Puts the bytes to the address of an announced upload. */
  async put(upload: NonNullable<UploadAnswer['upload']>, bytes: Uint8Array): Promise<void> {
    const response = await fetch(upload.url, {
      method: upload.method,
      headers: upload.headers,
      body: Uint8Array.from(bytes),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiProblem(response.status, text);
  }

  /** Announces a file and puts it, unless it is known already. */
  async upload(file: FileToUpload): Promise<UploadAnswer> {
    const announced = await this.announce(file);
    if (announced.upload) await this.put(announced.upload, file.bytes);
    return announced;
  }

  async document(id: string): Promise<DocumentAnswer> {
    return (await this.request<DocumentAnswer>('GET', `/v1/documents/${id}`)).body;
  }

  /** Looks until the document has ended one way or another; `onChange` sees every new state and step. */
  async untilEnded(
    id: string,
    timeoutMs: number,
    onChange: (document: DocumentAnswer) => void = () => undefined,
  ): Promise<DocumentAnswer> {
    const deadline = Date.now() + timeoutMs;
    let last = '';
    for (;;) {
      const document = await this.document(id);
      const now = `${document.state} ${document.step}`;
      if (now !== last) onChange(document);
      last = now;
      if (ENDED.has(document.state)) return document;
      if (Date.now() > deadline) throw new Error(`${id} is still ${document.state} after ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async history(id: string): Promise<HistoryAnswer['data']> {
    return (await this.request<HistoryAnswer>('GET', `/v1/documents/${id}/history`)).body.data;
  }

  async search(query: string, options: Record<string, unknown> = {}): Promise<SearchAnswer> {
    return (await this.request<SearchAnswer>('POST', '/v1/search', { query, ...options })).body;
  }
}

function readProblem(body: string): { code: string; detail: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'code' in parsed && 'detail' in parsed) {
      return { code: String(parsed.code), detail: String(parsed.detail) };
    }
  } catch {
    // Not JSON: a proxy or a crash answered.
  }
  return { code: 'unknown', detail: body.slice(0, 200) };
}
