import { describe, expect, it } from '@jest/globals';
import type { FileToUpload, UploadAnswer } from '../../../tools/client/docket-client.ts';
import { ended, ingest, markdown, sha256 } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';
import { expectProblem, raw } from '../support/problems.ts';
import { expectRefused, put, putHalf, putInPieces, sentUntilCutOff, type Address } from '../support/put.ts';

async function announce(on: EndToEnd, file: FileToUpload): Promise<UploadAnswer & { upload: Address }> {
  const answer = await on.docket.announce(file);
  if (!answer.upload) throw new Error(`${file.fileName} was known already`);
  return { ...answer, upload: answer.upload };
}

/** What a client could try to change of an address, by the names each kind of storage has for it. */
const TAMPERING: Record<'disk' | 's3', Record<string, (url: URL) => void>> = {
  disk: {
    'its size': (url) => url.searchParams.set('size', '5000000'),
    'its expiry': (url) => url.searchParams.set('expires', '4102444800'),
    'its type': (url) => url.searchParams.set('type', 'text/html'),
    'its key': changeLastCharacter,
    'its signature': (url) => url.searchParams.delete('signature'),
  },
  s3: {
    'its size': (url) => unsign(url, 'content-length'),
    'its expiry': (url) => url.searchParams.set('X-Amz-Expires', '604800'),
    'its type': (url) => unsign(url, 'content-type'),
    'its key': changeLastCharacter,
    'its signature': (url) => url.searchParams.delete('X-Amz-Signature'),
  },
};

function changeLastCharacter(url: URL): void {
  url.pathname = url.pathname.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
}

function unsign(url: URL, header: string): void {
  const signed = (url.searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');
  url.searchParams.set('X-Amz-SignedHeaders', signed.filter((name) => name !== header).join(';'));
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
      expectRefused(on(), await put(upload, change(Buffer.from(file.bytes))), 422, 'upload.size_mismatch');
      expect(await on().docket.document(documentId)).toMatchObject({ state: 'awaiting_upload' });
      expect(await put(upload, file.bytes)).toMatchObject({ status: 200 });
      expect(await ended(on(), documentId)).toMatchObject({ state: 'indexed' });
    });

    it('as soon as it streams more than announced, and nothing of it is kept', async () => {
      const file = markdown('streams');
      const { upload, documentId } = await announce(on(), file);
      const answer = await putInPieces(upload, [file.bytes, Buffer.alloc(200_000, 'x')]);
      expectRefused(on(), answer, 422, 'upload.size_mismatch');
      expect(await on().docket.document(documentId)).toMatchObject({ state: 'awaiting_upload' });
      // S3 takes no body of unknown length, not even the right one.
      const sendWhole =
        on().stack.storage.kind === 'disk' ? putInPieces(upload, [file.bytes]) : put(upload, file.bytes);
      expect(await sendWhole).toMatchObject({ status: 200 });
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
      expectRefused(on(), await put(upload, file.bytes), 409, 'upload.already_received');
      const document = await ended(on(), documentId);
      const afterwards = await put(upload, file.bytes);
      // A store knows of the object only, which is gone by then: it takes the bytes, and nobody reads them.
      if (on().stack.storage.kind === 's3') expect(afterwards.status).toBe(200);
      else expectProblem(afterwards, 409, 'upload.already_received');
      expect(await ended(on(), documentId)).toEqual(document);
    });

    it.each(['its size', 'its expiry', 'its type', 'its key', 'its signature'])(
      'when %s was tampered with',
      async (what) => {
        const file = markdown(`tampering with ${what}`);
        const { upload } = await announce(on(), file);
        const url = new URL(upload.url);
        TAMPERING[on().stack.storage.kind][what]?.(url);
        expect(url.href).not.toBe(upload.url);
        expectRefused(on(), await put(upload, file.bytes, url.href), 403, 'upload.url_invalid');
      },
    );
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
