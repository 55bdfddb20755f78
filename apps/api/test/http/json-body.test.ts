import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { addJsonBodies } from '../../src/http/json-body.ts';

let server: FastifyInstance;
let url: string;

beforeAll(async () => {
  server = fastify();
  addJsonBodies(server);
  server.post('/echo', (request) => request.body);
  url = await server.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => server.close());

async function echo(body: Buffer): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${url}/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: new Uint8Array(body),
  });
  return { status: answer.status, body: await answer.json() };
}

it('a body of UTF-8 is read as it is', async () => {
  const sent = { fileName: 'Straße 設計書 👩‍💻.md' };
  expect(await echo(Buffer.from(JSON.stringify(sent)))).toEqual({ status: 200, body: sent });
});

// The first is as long as what Fastify would put in its place, so no length gives it away.
it.each(['f09f98', 'ff', 'c0af', 'eda080', '80'])(
  'a body with the bytes %s, which are no UTF-8, is refused and never mended',
  async (bytes) => {
    const sent = Buffer.concat([Buffer.from('{"fileName":"a'), Buffer.from(bytes, 'hex'), Buffer.from('"}')]);
    const { body } = await echo(sent);
    expect(body).toMatchObject({ code: 'request.malformed' });
    expect(JSON.stringify(body)).not.toContain('\ufffd');
  },
);

it.each(['{', '', '{"__proto__":{"a":1}}'])('a body of %j is refused as before', async (text) => {
  expect((await echo(Buffer.from(text))).status).toBe(400);
});
