import { expect } from '@jest/globals';
import { request } from 'node:http';
import type { UploadAnswer } from '../../../tools/client/docket-client.ts';
import type { EndToEnd } from './environment.ts';
import { expectProblem, raw, type RawAnswer } from './problems.ts';

export type Address = NonNullable<UploadAnswer['upload']>;

/** A PUT as a client makes it: the headers it was given, and the length of what it sends. */
export function put(upload: Address, bytes: Uint8Array, url = upload.url): Promise<RawAnswer> {
  const { 'content-length': _, ...headers } = upload.headers;
  return raw(fetch(url, { method: 'PUT', headers, body: Uint8Array.from(bytes) }));
}

/** A PUT that does not say how long it is. */
export function putInPieces(upload: Address, pieces: Uint8Array[]): Promise<RawAnswer> {
  const { 'content-length': _, ...named } = upload.headers;
  return new Promise((resolve, reject) => {
    const outgoing = request(upload.url, { method: 'PUT', headers: named });
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      incoming.on('end', () => {
        const headers = new Headers(
          Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        );
        const isJson = headers.get('content-type')?.includes('json') ?? false;
        resolve({
          status: incoming.statusCode ?? 0,
          headers,
          body: isJson ? (JSON.parse(text) as unknown) : text,
        });
      });
    });
    outgoing.on('error', reject);
    for (const piece of pieces) outgoing.write(piece);
    outgoing.end();
  });
}

/** Says that a gigabyte comes and sends until the other side closes; how many bytes that took. */
export function sentUntilCutOff(upload: Address): Promise<number> {
  return new Promise((resolve) => {
    let sent = 0;
    const outgoing = request(upload.url, {
      method: 'PUT',
      headers: { ...upload.headers, 'content-length': 1_073_741_824 },
    });
    const piece = Buffer.alloc(262_144, 'x');
    const send = (): void => {
      while (!outgoing.destroyed) {
        sent += piece.length;
        if (!outgoing.write(piece)) return void outgoing.once('drain', send);
      }
    };
    outgoing.on('response', (incoming) => incoming.resume());
    outgoing.on('error', () => undefined);
    outgoing.on('close', () => resolve(sent));
    send();
  });
}

/** A PUT whose client goes away in the middle. */
export async function putHalf(upload: Address, bytes: Uint8Array): Promise<void> {
  const outgoing = request(upload.url, { method: 'PUT', headers: upload.headers });
  outgoing.on('error', () => undefined);
  await new Promise((resolve) => outgoing.write(bytes.subarray(0, bytes.length / 2), resolve));
  outgoing.destroy();
}

/**
 * Checks that a PUT was refused: by the API with a problem that says why, by a store in its own words, which are
 * those of a request that is not the signed one.
 */
export function expectRefused(on: EndToEnd, answer: RawAnswer, status: number, code: string): void {
  if (on.stack.storage.kind === 'disk') {
    expectProblem(answer, status, code);
  } else {
    expect([400, 403, 411, 412]).toContain(answer.status);
    expect(answer.body).toContain('<Error>');
  }
}
