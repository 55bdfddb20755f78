import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** An address that a webhook may not have, or must not be sent to just now. The message says why, and nothing it found. */
export class WebhookAddressRefused extends Error {
  override readonly name = 'WebhookAddressRefused';
}

/** A host that has no address just now. */
export class WebhookHostUnknown extends Error {
  override readonly name = 'WebhookHostUnknown';
}

type ResolveHost = (hostname: string) => Promise<LookupAddress[]>;

export interface WebhookAddressRules {
  /** Such as `http://127.0.0.1:9000`: these may be anything, on the word of who runs the installation. */
  trustedOrigins?: readonly string[];
  /** By default as the machine resolves. */
  resolveHost?: ResolveHost;
  /** By default 443, which an address does not name, and 8443. */
  ports?: readonly string[];
}

/** Where webhooks are received; elsewhere other services listen, which a POST may mean something to. */
const PORTS = ['', '8443'];

/** As the machine resolves: its hosts file and search list count, and so does what they point to. */
const systemResolver: ResolveHost = (hostname) => lookup(hostname, { all: true, order: 'verbatim' });

/**
 * Decides where webhooks may go: https on a public host, and nowhere inside. The one place for it, for what is stored and
 * for what is sent.
 */
export class WebhookAddresses {
  private readonly trusted: ReadonlySet<string>;
  private readonly resolveHost: ResolveHost;
  private readonly ports: readonly string[];

  constructor({
    trustedOrigins = [],
    resolveHost = systemResolver,
    ports = PORTS,
  }: WebhookAddressRules = {}) {
    this.trusted = new Set(trustedOrigins);
    this.resolveHost = resolveHost;
    this.ports = ports;
  }

  /**
   * The address as it will be connected to: written in any way that stands for an IPv4 address, it is that address.
   *
   * @throws WebhookAddressRefused for what can be told without resolving it
   */
  read(text: string): URL {
    if (!URL.canParse(text))
      throw new WebhookAddressRefused('It is no address of the form https://host/path.');
    const url = new URL(text);
    if (url.username !== '' || url.password !== '')
      throw new WebhookAddressRefused('It holds a user name or password. Check the signature instead.');
    if (!this.trusted.has(url.origin)) this.refuseUnlessOutside(url);
    return url;
  }

  /**
   * Every address of the host, all of them checked. What connects must connect to these, and not resolve again: the next
   * answer may be another.
   *
   * @throws WebhookAddressRefused if one of them is not on the internet, WebhookHostUnknown if there is none
   */
  async resolve(url: URL): Promise<LookupAddress[]> {
    const host = hostOf(url);
    const family = isIP(host);
    const found = family === 0 ? await this.lookUp(host) : [{ address: host, family }];
    if (found.length === 0) throw new WebhookHostUnknown('The host has no address.');
    const isTrusted = this.trusted.has(url.origin);
    if (!isTrusted && !found.every(({ address }) => isPublicAddress(address))) throw notPublic();
    return found;
  }

  private refuseUnlessOutside(url: URL): void {
    if (url.protocol !== 'https:') throw new WebhookAddressRefused('It does not begin with https.');
    if (!this.ports.includes(url.port))
      throw new WebhookAddressRefused('Its port is not one of 443 and 8443.');
    const host = hostOf(url);
    const isName = isIP(host) === 0;
    if (isName && (!host.includes('.') || host.endsWith('.')))
      throw new WebhookAddressRefused('Its host is no full name of a host on the internet.');
    if (!isName && !isPublicAddress(host)) throw notPublic();
  }

  private async lookUp(host: string): Promise<LookupAddress[]> {
    try {
      return await this.resolveHost(host);
    } catch (error) {
      throw new WebhookHostUnknown('The host could not be resolved.', { cause: error });
    }
  }
}

/** IPv6 stands in brackets in an address, and without them everywhere else. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function notPublic(): WebhookAddressRefused {
  return new WebhookAddressRefused('Its host is not on the internet.');
}
