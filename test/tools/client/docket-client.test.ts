import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DocketClient } from '../../../tools/client/docket-client.ts';
import { preparedServer, type Reply } from '../support/prepared-server.ts';

const server = preparedServer();

const announced = (upload: unknown): string =>
  JSON.stringify({ documentId: 'd1', state: 'uploading', upload });
const document = (state: string, step: string | null = null): Reply => ({
  body: JSON.stringify({ state, step }),
});

describe('DocketClient', () => {
  it('sends key, path and body as they are, whether or not the address ends in a slash', async () => {
    server.replies.push({ body: '{"hits":[]}' }, { status: 204, body: '' });
    await new DocketClient(`${server.url}/`, 'dk_1').search('what?', { limit: 3 });
    const { body } = await new DocketClient(server.url, 'dk_1').request('DELETE', '/v1/documents/d1');
    expect(body).toBeNull();
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/search',
      'DELETE /v1/documents/d1',
    ]);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer dk_1', 'Bearer dk_1']);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ query: 'what?', limit: 3 });
    expect(server.seen[1]?.headers['content-type']).toBeUndefined();
  });

  it('announces the true size and hash, then puts the bytes without the key', async () => {
    const bytes = Buffer.from('Grüße');
    const upload = {
      method: 'PUT',
      url: `${server.url}/objects/1?sig=s`,
      headers: { 'content-type': 'text/plain' },
    };
    server.replies.push({ body: announced(upload) }, { body: '' });
    await new DocketClient(server.url, 'dk_1').upload({ fileName: 'a.txt', mediaType: 'text/plain', bytes });
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
      fileName: 'a.txt',
      mediaType: 'text/plain',
      sizeBytes: 7,
      sha256: createHash('sha256').update('Grüße').digest('hex'),
    });
    expect(server.seen[1]).toMatchObject({ method: 'PUT', url: '/objects/1?sig=s', body: 'Grüße' });
    expect(server.seen[1]?.headers.authorization).toBeUndefined();
    expect(server.seen[1]?.headers['content-type']).toBe('text/plain');
  });

  it('puts nothing where the bytes are known already, and reports a put that was refused', async () => {
    const file = { fileName: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from('a') };
    server.replies.push({ body: announced(null) });
    await new DocketClient(server.url, 'k').upload(file);
    expect(server.seen).toHaveLength(1);
    server.replies.push(
      { body: announced({ method: 'PUT', url: `${server.url}/o`, headers: {} }) },
      { status: 403, body: 'no' },
    );
    await expect(new DocketClient(server.url, 'k').upload(file)).rejects.toMatchObject({ status: 403 });
  });

  it('waits for the end of a document, and tells each change once', async () => {
    server.replies.push(
      document('processing', 'parse'),
      document('processing', 'parse'),
      document('processing', 'embed'),
    );
    server.replies.push(document('index_error'));
    const changes: string[] = [];
    const onChange = (now: { state: string; step: string | null }): void =>
      void changes.push(`${now.state} ${now.step}`);
    const ended = await new DocketClient(server.url, 'k').untilEnded('d1', 5_000, onChange);
    expect(ended.state).toBe('index_error');
    expect(changes).toEqual(['processing parse', 'processing embed', 'index_error null']);
  });

  it('gives up waiting when the time is over', async () => {
    server.replies.push(...Array.from({ length: 20 }, () => document('processing')));
    await expect(new DocketClient(server.url, 'k').untilEnded('d1', 60)).rejects.toThrow(
      'still processing after 60 ms',
    );
  });
});
