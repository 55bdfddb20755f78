import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EmbeddingStandIn {
  url: string;
  close(): Promise<void>;
}

/** Answers in the form of OpenAI's embeddings, on 127.0.0.1, with the vector that `vectorOf` gives a text. */
export async function startEmbeddingStandIn(
  vectorOf: (text: string) => Float32Array,
): Promise<EmbeddingStandIn> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString('utf8')));
    request.on('end', () => {
      const { input } = JSON.parse(body) as { input: string[] };
      const data = input.map((text, index) => ({ index, embedding: [...vectorOf(text)] }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
