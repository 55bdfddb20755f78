import type { ApiProblem } from '../../../tools/client/docket-client.ts';
import { tracesOf } from '../../support/traces.ts';
import type { EndToEnd } from './environment.ts';

const ERASED_WITHIN_MS = 45_000;

export interface DeletedAnswer {
  id: string;
  state: string;
  runId: string;
}

export interface Receipt {
  requestedBy: string;
  removed: Record<string, number>;
  kept: { contents: number; executions: number };
}

/** Deletes a document and waits for its receipt, letting Temporal's time pass. */
export async function erase(on: EndToEnd, documentId: string): Promise<Receipt> {
  const { body } = await on.docket.request<DeletedAnswer>('DELETE', `/v1/documents/${documentId}`);
  return receiptOf(on, body.runId);
}

export async function receiptOf(on: EndToEnd, runId: string): Promise<Receipt> {
  const deadline = Date.now() + ERASED_WITHIN_MS;
  for (;;) {
    await on.server.letPass(250);
    const { body } = await on.docket.request<{ state: string; result: Receipt }>('GET', `/v1/runs/${runId}`);
    if (body.state === 'succeeded') return body.result;
    if (Date.now() > deadline) throw new Error(`the erasure ${runId} is still ${body.state}`);
  }
}

export async function problemOf(
  on: EndToEnd,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const { status, code } = await on.docket.request(method, path, body).then(
    () => ({ status: 200, code: 'none' }),
    (error: unknown) => error as ApiProblem,
  );
  return { status, code };
}

/** Where a word stands in any row and in any object. */
export async function tracesIn({ stack }: EndToEnd, word: string): Promise<string[]> {
  return tracesOf(word, stack.database, stack.storage.folder);
}
