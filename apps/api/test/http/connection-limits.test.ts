import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect } from 'node:net';
import { startApi, type ApiServer } from '../support/api-server.ts';

jest.setTimeout(60_000);

let api: ApiServer;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api.close());

/** What the server says to these bytes until it closes the connection. */
async function converse(bytes: string): Promise<string> {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => (said += text));
  socket.write(bytes);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()).once('error', () => undefined));
  return said;
}

describe('a connection', () => {
  it('with more than 16 kB of headers is refused', async () => {
    const said = await converse(`GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(17_000)}\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('whose body is nested too deep is refused by the whole API with what to do', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) as object;
    const answer = await api.ask('POST', '/v1/auth/sign-in', null, deep);
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'request.invalid',
      detail: expect.stringContaining('32'),
    });
  });
});
