import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/*
 * Closes the network to everything that is loaded after this module. Node 24's permission model has no gate for it, so the
 * doors are shut where all of Node's own clients pass: sockets, datagrams and name lookups. Parsers have no business there;
 * a fault in one that would fetch what a file names fails here. This holds against code that uses Node's modules, not
 * against code that has taken over the process: for that, the machine around the worker has to refuse.
 */

const refuse = (): never => {
  throw new Error('A parser may not use the network.');
};

Object.assign(net.Socket.prototype, { connect: refuse });
Object.assign(net.Server.prototype, { listen: refuse });
Object.assign(dgram.Socket.prototype, { bind: refuse, connect: refuse, send: refuse });
for (const lookups of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const name of Object.getOwnPropertyNames(lookups)) {
    if (/^(?:lookup|resolve|reverse)/u.test(name)) Object.assign(lookups, { [name]: refuse });
  }
}
syncBuiltinESMExports();
