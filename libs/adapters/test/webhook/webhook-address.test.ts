import { WebhookAddresses } from '@docket/adapters/webhook/address';
import { WebhookSender, type WebhookResult } from '@docket/adapters/webhook/sender';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { Socket } from 'node:net';
import { INSIDE_HOSTS, LOOPBACK_HOSTS, NAMES, OTHER_ADDRESSES } from './forbidden-addresses.ts';
import { Listener } from './listener.ts';

let listener: Listener;
const connect = jest.spyOn(Socket.prototype, 'connect');

beforeAll(async () => {
  listener = await Listener.open();
});
afterEach(() => {
  listener.connections = 0;
  connect.mockClear();
});
afterAll(async () => {
  connect.mockRestore();
  await listener.close();
});

const PUBLIC: LookupAddress[] = [{ address: '93.184.215.14', family: 4 }];

async function resolveHost(name: string): Promise<LookupAddress[]> {
  return NAMES[name] ?? PUBLIC;
}

/** Rules that let everything through but what is inside: the port is none of the reasons. */
function addresses(resolve = resolveHost): WebhookAddresses {
  return new WebhookAddresses({ resolveHost: resolve, ports: ['', String(listener.port)] });
}

/** What is left when nobody checks anything. */
class Unchecked extends WebhookAddresses {
  override read(text: string): URL {
    return new URL(text);
  }
  override async resolve(url: URL): Promise<LookupAddress[]> {
    const host = url.hostname.replaceAll(/[[\]]/g, '');
    return NAMES[host] ?? [{ address: host, family: host.includes(':') ? 6 : 4 }];
  }
}

async function send(url: string, to: WebhookAddresses = addresses()): Promise<WebhookResult> {
  return new WebhookSender(to, 2_000).send({ url, headers: {}, body: '{}' });
}

const code = (result: WebhookResult): string => (result.outcome === 'failed' ? result.code : 'delivered');

describe('a webhook', () => {
  it('has a list of more than 100 addresses that it must not go to', () => {
    expect(new Set([...LOOPBACK_HOSTS, ...INSIDE_HOSTS, ...OTHER_ADDRESSES]).size).toBeGreaterThan(100);
  });

  it.each(LOOPBACK_HOSTS)('never connects to this machine as %s', async (host) => {
    expect(code(await send(`https://${host}:${listener.port}/x`))).toBe('webhook.address_refused');
    expect(code(await send(`http://${host}:${listener.port}/x`))).toBe('webhook.address_refused');
    expect(listener.connections).toBe(0);
    expect(connect).not.toHaveBeenCalled();
  });

  it.each(LOOPBACK_HOSTS)('would, unchecked, connect to this machine as %s', async (host) => {
    const url = `https://${host}:${listener.port}/x`;
    // Some are refused by the platform itself, which is a reason to keep them in the list and none to rely on it.
    if (!URL.canParse(url)) return;
    const unchecked = new Unchecked();
    await send(url, unchecked);
    expect(listener.connections).toBe(1);
  });

  it.each(INSIDE_HOSTS)('opens no connection to %s, written so or behind a name', async (host) => {
    expect(code(await send(`https://${host}/x`))).toBe('webhook.address_refused');
    const address = host.replaceAll(/[[\]]/g, '').replace('%25', '%');
    const family = address.includes(':') ? 6 : 4;
    const behindName = addresses(async () => [...PUBLIC, { address, family }]);
    expect(code(await send('https://hooks.example.com/x', behindName))).toBe('webhook.address_refused');
    expect(connect).not.toHaveBeenCalled();
  });

  it.each(OTHER_ADDRESSES)('opens no connection for %s', async (url) => {
    expect(code(await send(url))).toBe('webhook.address_refused');
    expect(connect).not.toHaveBeenCalled();
  });

  it('goes to public addresses, and to no other than those that were checked', async () => {
    const to = addresses();
    for (const host of ['8.8.8.8', '93.184.215.14', '[2606:4700::1111]', 'hooks.example.com'])
      await expect(to.resolve(to.read(`https://${host}/x`))).resolves.not.toHaveLength(0);
  });

  it('connects to what was checked, though the name means this machine by then', async () => {
    let asked = 0;
    const rebinding = addresses(async () => {
      asked += 1;
      return asked === 1 ? PUBLIC : [{ address: '127.0.0.1', family: 4 }];
    });
    // Nothing of a test goes out: what would be connected to is asked of the connection.
    connect.mockImplementationOnce(function (this: Socket) {
      setImmediate(() => this.destroy());
      return this;
    });
    await send(`https://rebinding.example.com:${listener.port}/x`, rebinding);
    const [options] = connect.mock.calls[0] as unknown as [{ lookup: Lookup } | [{ lookup: Lookup }]];
    const { lookup } = Array.isArray(options) ? options[0] : options;
    const resolved = await new Promise((resolve) => {
      lookup('rebinding.example.com', { all: true }, (_, all) => resolve(all));
    });
    expect(resolved).toEqual(PUBLIC);
    expect(asked).toBe(1);
    expect(listener.connections).toBe(0);
  });
});

type Lookup = (
  host: string,
  options: { all: boolean },
  callback: (error: Error | null, all: LookupAddress[]) => void,
) => void;
