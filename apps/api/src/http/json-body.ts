import { DocketError } from '@docket/domain/errors';
import type { FastifyInstance } from 'fastify';

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads JSON bodies as Fastify does, but for what is no UTF-8: Fastify puts U+FFFD in its place, and a name would be stored
 * that nobody gave.
 */
export function addJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = decoded(body as Buffer);
    if (text === null) done(new DocketError('request.malformed', 'The body is not valid UTF-8.'));
    else void parse(request, text, done);
  });
}

function decoded(body: Buffer): string | null {
  try {
    return UTF_8.decode(body);
  } catch {
    return null;
  }
}
