import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiProblem, DocketClient } from '../../../tools/client/docket-client.ts';

interface Reply {
  readonly status?: number;
  readonly body: string;
}

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let base: string;
let seen: Seen[];
let replies: Reply[];

beforeEach(async () => {
  seen = [];
  replies = [];
  server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      const { status = 200, body: answer } = replies.shift() ?? { status: 500, body: 'nothing was prepared' };
      response.writeHead(status, { connection: 'close' }).end(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterEach(async () => {
  server.close();
  await once(server, 'close');
});

async function problemOf(reply: Reply): Promise<ApiProblem> {
  replies.push(reply);
  try {
    await new DocketClient(base, 'key').request('GET', '/v1/me');
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  }
  throw new Error('the request succeeded');
}

const announced = (upload: unknown): string =>
  JSON.stringify({ documentId: 'd1', state: 'uploading', upload });
const document = (state: string, step: string | null = null): Reply => ({
  body: JSON.stringify({ state, step }),
});

describe('ApiProblem', () => {
  it('carries status, code and words of a problem+json', async () => {
    const body = JSON.stringify({ type: 'about:blank', status: 409, code: 'CONFLICT', detail: 'It exists.' });
    expect(await problemOf({ status: 409, body })).toMatchObject({
      status: 409,
      code: 'CONFLICT',
      message: '409 CONFLICT: It exists.',
    });
  });

  it.each(['<html>Bad gateway</html>', '', 'null', '[]', '{"code":"X"}', '{"code":'])(
    'is raised for an answer that is no problem+json too: %j',
    async (body) => {
      const problem = await problemOf({ status: 502, body });
      expect(problem).toMatchObject({ status: 502, code: 'unknown', message: `502 unknown: ${body}` });
    },
  );

  it('does not repeat a long page', async () => {
    expect((await problemOf({ status: 500, body: 'x'.repeat(10_000) })).message.length).toBeLessThan(250);
  });
});

describe('DocketClient', () => {
  it('sends key, path and body as they are, whether or not the address ends in a slash', async () => {
    replies.push({ body: '{"hits":[]}' }, { status: 204, body: '' });
    await new DocketClient(`${base}/`, 'dk_1').search('what?', { limit: 3 });
    const { body } = await new DocketClient(base, 'dk_1').request('DELETE', '/v1/documents/d1');
    expect(body).toBeNull();
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/search',
      'DELETE /v1/documents/d1',
    ]);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer dk_1', 'Bearer dk_1']);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ query: 'what?', limit: 3 });
    expect(seen[1]?.headers['content-type']).toBeUndefined();
  });

  it('announces the true size and hash, then puts the bytes without the key', async () => {
    const bytes = Buffer.from('Grüße');
    const upload = {
      method: 'PUT',
      url: `${base}/objects/1?sig=s`,
      headers: { 'content-type': 'text/plain' },
    };
    replies.push({ body: announced(upload) }, { body: '' });
    await new DocketClient(base, 'dk_1').upload({ fileName: 'a.txt', mediaType: 'text/plain', bytes });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      fileName: 'a.txt',
      mediaType: 'text/plain',
      sizeBytes: 7,
      sha256: createHash('sha256').update('Grüße').digest('hex'),
    });
    expect(seen[1]).toMatchObject({ method: 'PUT', url: '/objects/1?sig=s', body: 'Grüße' });
    expect(seen[1]?.headers.authorization).toBeUndefined();
    expect(seen[1]?.headers['content-type']).toBe('text/plain');
  });

  it('puts nothing where the bytes are known already, and reports a put that was refused', async () => {
    const file = { fileName: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from('a') };
    replies.push({ body: announced(null) });
    await new DocketClient(base, 'k').upload(file);
    expect(seen).toHaveLength(1);
    replies.push(
      { body: announced({ method: 'PUT', url: `${base}/o`, headers: {} }) },
      { status: 403, body: 'no' },
    );
    await expect(new DocketClient(base, 'k').upload(file)).rejects.toMatchObject({ status: 403 });
  });

  it('waits for the end of a document, and tells each change once', async () => {
    replies.push(
      document('processing', 'parse'),
      document('processing', 'parse'),
      document('processing', 'embed'),
    );
    replies.push(document('index_error'));
    const changes: string[] = [];
    const onChange = (now: { state: string; step: string | null }): void =>
      void changes.push(`${now.state} ${now.step}`);
    const ended = await new DocketClient(base, 'k').untilEnded('d1', 5_000, onChange);
    expect(ended.state).toBe('index_error');
    expect(changes).toEqual(['processing parse', 'processing embed', 'index_error null']);
  });

  it('gives up waiting when the time is over', async () => {
    replies.push(...Array.from({ length: 20 }, () => document('processing')));
    await expect(new DocketClient(base, 'k').untilEnded('d1', 60)).rejects.toThrow(
      'still processing after 60 ms',
    );
  });
});
