/**
 * A collector that takes whatever it is sent and keeps a count: a process of its own, as a real one is, that costs little.
 * Says its address as its first line; `GET /` answers with the bytes it has taken.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let bytes = 0;
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(String(bytes));
    return;
  }
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
