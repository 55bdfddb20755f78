import { S3Storage } from '@docket/adapters/storage/s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { makeBucket, s3Settings, startS3Server, type S3Server } from '../../../../test/support/s3-server.ts';

let server: S3Server;
let bucket: string;
let storage: S3Storage;

beforeAll(async () => {
  server = await startS3Server();
  bucket = await makeBucket(server);
  storage = new S3Storage(s3Settings(server, bucket));
}, 60_000);
afterAll(() => server.stop());

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);

const announce = (key: string, sizeBytes: number, seconds = 60, by = storage) =>
  by.presignUpload(key, { sizeBytes, mediaType: 'text/markdown', expiresAt: inSeconds(seconds) });

async function send(
  { url, headers }: { url: string; headers: Record<string, string> },
  body: string,
  changed: Record<string, string> = {},
  method = 'PUT',
): Promise<number> {
  const { 'content-length': _, ...rest } = headers;
  const response = await fetch(url, { method, headers: { ...rest, ...changed }, body });
  await response.text();
  return response.status;
}

describe('the address of an upload', () => {
  it('takes what was announced, from a client that knows nothing but the address and its headers', async () => {
    const upload = await announce('taken', 5);
    expect(await send(upload, 'bytes')).toBe(200);
    const object = await storage.open('taken');
    expect(object && (await text(object.stream))).toBe('bytes');
  });

  it.each<[string, string, Record<string, string>]>([
    ['a longer body', 'bytes and more', {}],
    ['a shorter body', 'byte', {}],
    ['another type', 'bytes', { 'content-type': 'text/html' }],
    ['leave to replace what is there', 'bytes', { 'if-none-match': 'nothing' }],
  ])('refuses %s, and keeps nothing of it', async (name, body, changed) => {
    const key = `refused/${name.replaceAll(' ', '-')}`;
    expect(await send(await announce(key, 5), body, changed)).toBe(403);
    expect(await storage.head(key)).toBeNull();
  });

  it('is good for one object: the second PUT is refused, and the first stays', async () => {
    const upload = await announce('once', 5);
    expect(await send(upload, 'first')).toBe(200);
    expect(await send(upload, 'other')).toBe(412);
    const object = await storage.open('once');
    expect(object && (await text(object.stream))).toBe('first');
  });

  it('may be used again where the store is not asked for that', async () => {
    const lenient = new S3Storage({ ...s3Settings(server, bucket), writeOnce: false });
    const upload = await announce('again', 5, 60, lenient);
    expect(upload.headers).not.toHaveProperty('if-none-match');
    expect([await send(upload, 'first'), await send(upload, 'other')]).toEqual([200, 200]);
  });

  it('is refused for another key, and another method', async () => {
    const upload = await announce('mine', 5);
    expect(await send({ ...upload, url: upload.url.replace('/mine?', '/yours?') }, 'bytes')).toBe(403);
    expect((await fetch(upload.url)).status).toBe(403);
  });

  it('is refused once it has expired', async () => {
    const upload = await announce('late', 5, 1);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(await send(upload, 'bytes')).toBe(403);
  });

  it('begins with the public address of the store, in either way of naming a bucket', async () => {
    const settings = { ...s3Settings(server, bucket), publicEndpoint: 'https://files.example.com' };
    const path = await announce('a/b', 1, 60, new S3Storage(settings));
    const host = await announce('a/b', 1, 60, new S3Storage({ ...settings, addressing: 'virtual_host' }));
    expect(path.url).toMatch(`https://files.example.com/${bucket}/a/b?`);
    expect(host.url).toMatch(`https://${bucket}.files.example.com/a/b?`);
  });
});

describe('the address of a download', () => {
  it('gives the bytes under the name and type it was made for', async () => {
    await storage.put('original', Buffer.from('bytes'), 'application/octet-stream');
    const fileName = "Müller's (final) notes*.md";
    const url = await storage.presignDownload('original', {
      fileName,
      mediaType: 'text/markdown; charset=utf-8',
      expiresAt: inSeconds(60),
    });
    const response = await fetch(url);
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 200, body: 'bytes' });
    expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    );
  });
});
