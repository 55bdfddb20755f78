import { WebhookAddresses } from '@docket/adapters/webhook/address';
import { WebhookSender } from '@docket/adapters/webhook/sender';
import { newWebhookSecret, signedHeaders } from '@docket/adapters/webhook/signature';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { Listener } from './listener.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A receiver of our own, that the installation trusts. */
async function receiver(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

function sender(origin: string, attemptMs = 2_000): WebhookSender {
  return new WebhookSender(new WebhookAddresses({ trustedOrigins: [origin] }), attemptMs);
}

const MESSAGE = { id: 'whd_1', sentAt: new Date(), body: '{"type":"webhook.test","text":"ä 日本"}' };

describe('sending to a webhook', () => {
  it('is signed so that the library of Standard Webhooks takes it, by either of two secrets', async () => {
    const [old, next] = [newWebhookSecret(), newWebhookSecret()];
    const received: { headers: IncomingHttpHeaders; body: string }[] = [];
    const origin = await receiver((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
          response.writeHead(204).end();
        });
    });
    const headers = signedHeaders(MESSAGE, [next, old]);
    const sent = await sender(origin).send({ url: `${origin}/hook?a=1`, headers, body: MESSAGE.body });
    expect(sent).toMatchObject({ outcome: 'delivered', status: 204 });
    const [{ headers: got, body } = { headers: {}, body: '' }] = received;
    const signed = got as Record<string, string>;
    for (const secret of [old, next])
      expect(new Webhook(secret).verify(body, signed)).toEqual(JSON.parse(MESSAGE.body));
    expect(() => new Webhook(newWebhookSecret()).verify(body, signed)).toThrow();
    expect(() => new Webhook(old).verify(body.replace('ä', 'a'), signed)).toThrow();
  });

  it.each([301, 302, 303, 307, 308])('follows nobody who answers %i', async (status) => {
    const listener = await Listener.open();
    const origin = await receiver((_, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${listener.port}/` }).end();
    });
    expect(await sender(origin).send({ url: origin, headers: {}, body: '{}' })).toMatchObject({
      outcome: 'failed',
      code: 'webhook.redirected',
      status,
    });
    expect(listener.connections).toBe(0);
    await listener.close();
  });

  it.each([
    [410, 'webhook.gone'],
    [400, 'webhook.refused'],
    [500, 'webhook.refused'],
  ])('is not done when it is answered %i', async (status, code) => {
    const origin = await receiver((_, response) => void response.writeHead(status).end('no'));
    const result = await sender(origin).send({ url: origin, headers: {}, body: '{}' });
    expect(result).toMatchObject({ outcome: 'failed', code, status });
  });

  it('gives up on a receiver that does not answer in time', async () => {
    const origin = await receiver(() => undefined);
    const result = await sender(origin, 100).send({ url: origin, headers: {}, body: '{}' });
    expect(result).toMatchObject({ outcome: 'failed', code: 'webhook.timeout', status: null });
  });

  it('counts the status of an answer without an end, and reads little of it', async () => {
    let written = 0;
    const origin = await receiver((_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && written < 50_000_000) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', more);
        }
      };
      more();
    });
    const result = await sender(origin).send({ url: origin, headers: {}, body: '{}' });
    expect(result).toMatchObject({ outcome: 'delivered', status: 200 });
    expect(written).toBeLessThan(50_000_000);
  });

  it('says of a receiver that is not there how the system calls it', async () => {
    const listener = await Listener.open();
    const origin = `http://127.0.0.1:${listener.port}`;
    await listener.close();
    expect(await sender(origin).send({ url: origin, headers: {}, body: '{}' })).toMatchObject({
      code: 'webhook.unreachable',
      detail: 'ECONNREFUSED',
    });
  });

  it('knows no host that does not resolve', async () => {
    const nowhere = new WebhookAddresses({ resolveHost: async () => Promise.reject(new Error('ENOTFOUND')) });
    const result = await new WebhookSender(nowhere).send({
      url: 'https://nowhere.example.com/',
      headers: {},
      body: '{}',
    });
    expect(result).toMatchObject({ code: 'webhook.host_unknown', detail: null });
  });
});
