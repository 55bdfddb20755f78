import { describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import type { FileToUpload, UploadAnswer } from '../../../tools/client/docket-client.ts';
import { ended, ingest, markdown, sha256 } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';
import { expectProblem, raw, type RawAnswer } from '../support/problems.ts';

type Address = NonNullable<UploadAnswer['upload']>;

async function announce(on: EndToEnd, file: FileToUpload): Promise<UploadAnswer & { upload: Address }> {
  const answer = await on.docket.announce(file);
  if (!answer.upload) throw new Error(`${file.fileName} was known already`);
  return { ...answer, upload: answer.upload };
}

function put(upload: Address, bytes: Uint8Array, url = upload.url): Promise<RawAnswer> {
  const { 'content-type': type = '' } = upload.headers;
  return raw(fetch(url, { method: 'PUT', headers: { 'content-type': type }, body: Uint8Array.from(bytes) }));
}

/** A PUT that does not say how long it is. */
function putInPieces(upload: Address, pieces: Uint8Array[]): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(upload.url, { method: 'PUT', headers: { 'content-type': 'text/markdown' } });
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      incoming.on('end', () => {
        const headers = new Headers(
          Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        );
        resolve({
          status: incoming.statusCode ?? 0,
          headers,
          body: text ? (JSON.parse(text) as unknown) : '',
        });
      });
    });
    outgoing.on('error', reject);
    for (const piece of pieces) outgoing.write(piece);
    outgoing.end();
  });
}

/** Says that a gigabyte comes and sends until the other side closes; how many bytes that took. */
function sentUntilCutOff(upload: Address): Promise<number> {
  return new Promise((resolve) => {
    let sent = 0;
    const outgoing = request(upload.url, {
      method: 'PUT',
      headers: { 'content-type': 'text/markdown', 'content-length': 1_073_741_824 },
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
async function putHalf(upload: Address, bytes: Uint8Array): Promise<void> {
  const outgoing = request(upload.url, { method: 'PUT', headers: upload.headers });
  outgoing.on('error', () => undefined);
  await new Promise((resolve) => outgoing.write(bytes.subarray(0, bytes.length / 2), resolve));
  outgoing.destroy();
}

export function runUploadsSuite(on: () => EndToEnd): void {
  describe('an upload is rejected for good, and its document says why, when', () => {
    it.each([
      [
        'its bytes have another hash',
        { ...markdown('ropes'), sha256: '0'.repeat(64) },
        'upload.checksum_mismatch',
      ],
      [
        'it is a PDF called text',
        { ...markdown('sails'), bytes: Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n') },
        'upload.type_mismatch',
      ],
      ['it holds no text', { ...markdown('nothing'), bytes: Buffer.from(' \n\n\t\n') }, 'document.empty'],
    ] as const)('%s', async (_why, file, code) => {
      const document = await ingest(on(), file);
      expect(document).toMatchObject({
        state: 'rejected',
        error: { code, message: expect.stringMatching(/\S/), retryable: false },
        chunkCount: 0,
        indexedAt: null,
      });
      const run = await on().docket.request('GET', `/v1/runs/${document.runId}`);
      expect(run.body).toMatchObject({ state: 'failed', error: { code } });
      expect((await on().docket.history(document.id)).at(-1)).toMatchObject({
        outcome: 'failed',
        detail: { code },
      });
    });

    it('its bytes were rejected before, without reading them again', async () => {
      const file = { ...markdown('emptiness'), bytes: Buffer.from('\n \n \n') };
      await ingest(on(), file);
      const again = await ingest(on(), { ...file, title: 'a second time' });
      expect(again).toMatchObject({ state: 'rejected', error: { code: 'document.empty' } });
      expect((await on().docket.history(again.id)).map(({ step }) => step)).not.toContain('chunk');
    });
  });

  describe('a PUT is refused', () => {
    it.each([
      ['shorter', (bytes: Buffer) => bytes.subarray(1)],
      ['longer', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('!')])],
    ])('when it is %s than announced, and the right one is taken afterwards', async (kind, change) => {
      const file = markdown(`${kind} knots`);
      const { upload, documentId } = await announce(on(), file);
      expectProblem(await put(upload, change(Buffer.from(file.bytes))), 422, 'upload.size_mismatch');
      expect(await on().docket.document(documentId)).toMatchObject({ state: 'awaiting_upload' });
      expect(await put(upload, file.bytes)).toMatchObject({ status: 200 });
      expect(await ended(on(), documentId)).toMatchObject({ state: 'indexed' });
    });

    it('as soon as it streams more than announced, and nothing of it is kept', async () => {
      const file = markdown('streams');
      const { upload, documentId } = await announce(on(), file);
      const answer = await putInPieces(upload, [file.bytes, Buffer.alloc(200_000, 'x')]);
      expectProblem(answer, 422, 'upload.size_mismatch');
      expect(await on().docket.document(documentId)).toMatchObject({ state: 'awaiting_upload' });
      expect(await putInPieces(upload, [file.bytes])).toMatchObject({ status: 200 });
      expect(await ended(on(), documentId)).toMatchObject({ state: 'indexed' });
    });

    it('without being read to its end, however much is sent', async () => {
      const file = markdown('floods');
      const { upload, documentId } = await announce(on(), file);
      expect(await sentUntilCutOff(upload)).toBeLessThan(64 * 1_048_576);
      expect(await on().docket.document(documentId)).toMatchObject({ state: 'awaiting_upload' });
    });

    it('when it is cut in the middle, and the whole is taken afterwards', async () => {
      const file = markdown('halves');
      const { upload, documentId } = await announce(on(), file);
      await putHalf(upload, file.bytes);
      expect(await on().docket.document(documentId)).toMatchObject({ state: 'awaiting_upload' });
      expect(await put(upload, file.bytes)).toMatchObject({ status: 200 });
      expect(await ended(on(), documentId)).toMatchObject({ state: 'indexed' });
    });

    it('the second time, while and after the first is worked on, and changes nothing', async () => {
      const file = markdown('seconds');
      const { upload, documentId } = await announce(on(), file);
      expect(await put(upload, file.bytes)).toMatchObject({ status: 200 });
      expectProblem(await put(upload, file.bytes), 409, 'upload.already_received');
      const document = await ended(on(), documentId);
      expectProblem(await put(upload, file.bytes), 409, 'upload.already_received');
      expect(await ended(on(), documentId)).toEqual(document);
    });

    it.each([
      ['its size', (url: URL) => url.searchParams.set('size', '5000000')],
      ['its expiry', (url: URL) => url.searchParams.set('expires', '4102444800')],
      ['its type', (url: URL) => url.searchParams.set('type', 'text/html')],
      [
        'its key',
        (url: URL) => (url.pathname = url.pathname.replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
      ],
      ['its signature', (url: URL) => url.searchParams.delete('signature')],
    ])('when %s was tampered with', async (what, tamper) => {
      const file = markdown(`tampering with ${what}`);
      const { upload } = await announce(on(), file);
      const url = new URL(upload.url);
      tamper(url);
      expectProblem(await put(upload, file.bytes, url.href), 403, 'upload.url_invalid');
    });
  });

  it('an upload that is said to be done and is not, is refused as not received', async () => {
    const { documentId } = await announce(on(), markdown('promises'));
    const answer = await raw(
      fetch(`${on().api.url}/v1/documents/${documentId}/uploaded`, {
        method: 'POST',
        headers: { authorization: `Bearer ${on().apiKey}`, 'content-type': 'application/json' },
        body: '{}',
      }),
    );
    expectProblem(answer, 409, 'upload.not_received');
  });

  it('what was uploaded is given out again as it was', async () => {
    const file = markdown('originals');
    const { id } = await ingest(on(), file);
    const { body } = await on().docket.request<{ url: string }>('GET', `/v1/documents/${id}/content`);
    const bytes = new Uint8Array(await (await fetch(body.url)).arrayBuffer());
    expect(sha256(bytes)).toBe(sha256(file.bytes));
  });
}
