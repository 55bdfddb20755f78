import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * IPv4 that is nobody's host on the internet: IANA's IPv4 Special-Purpose Address Registry, multicast (RFC 5771), and one
 * public address behind which Azure answers with a machine's own configuration.
 */
const SPECIAL_V4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, where clouds keep their metadata.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32],
];

/** The only IPv6 that is given out to hosts (RFC 4291, 2.4); mapped, NAT64, unique local, link-local lie outside. */
const GLOBAL_V6: readonly [string, number][] = [['2000::', 3]];

/** What is special within it: protocol assignments with Teredo, documentation, and 6to4, which carries any IPv4 inside. */
const SPECIAL_V6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const specialV4 = listOf('ipv4', SPECIAL_V4);
const globalV6 = listOf('ipv6', GLOBAL_V6);
const specialV6 = listOf('ipv6', SPECIAL_V6);

/** Whether an address belongs to a host on the internet. What cannot be read as an address does not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !specialV4.check(address, 'ipv4');
  // With a zone it means one of this machine's own links.
  if (!isIPv6(address) || address.includes('%')) return false;
  return globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6');
}

function listOf(family: 'ipv4' | 'ipv6', subnets: readonly [string, number][]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}
