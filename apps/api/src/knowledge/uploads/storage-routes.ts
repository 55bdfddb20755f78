import type { DiskStorage } from '@docket/adapters/storage/disk';
import {
  type AddressSigner,
  STORAGE_ROUTE,
  type AddressGrant,
} from '@docket/adapters/storage/signed-address';
import { DocketError } from '@docket/domain/errors';
import type { Logger } from '@docket/platform/logging/logger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { notFound } from '../../http/ids.js';
import { sendProblem } from '../../http/problem.filter.js';
import { letGoBy, piecesOf, UploadCut } from './upload-body.js';
import type { UploadReceiver } from './upload-receiver.js';

export interface StorageRouteParts {
  disk: DiskStorage;
  signer: AddressSigner;
  receiver: UploadReceiver;
  logger: Logger;
}

/**
 * Serves the signed addresses of the disk storage. They stand beside Nest's routes because a body here is a stream of
 * any type, which no parser may touch, and because the signature is the credential.
 */
export async function addStorageRoutes(server: FastifyInstance, parts: StorageRouteParts): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, parts.logger));

    scope.put(`${STORAGE_ROUTE}/*`, async (request, reply) => {
      const grant = grantOf(request, 'PUT', parts.signer);
      const length = request.headers['content-length'];
      const body = (request.body ?? request.raw) as Readable;
      try {
        await parts.receiver.receive(grant, length === undefined ? null : Number(length), piecesOf(body));
      } catch (error) {
        // What a refused client goes on sending is not read to its end, however much it is.
        if (!(await letGoBy(body))) void reply.header('connection', 'close');
        throw error instanceof UploadCut ? cutOff() : error;
      }
      return reply.status(200).header('content-length', '0').send();
    });

    scope.get(`${STORAGE_ROUTE}/*`, async (request, reply) => {
      const grant = grantOf(request, 'GET', parts.signer);
      const object = await parts.disk.open(grant.key);
      if (!object) throw notFound('document');
      return (
        reply
          .header('content-type', grant.mediaType)
          .header('content-length', object.info.sizeBytes)
          .header(
            'content-disposition',
            `attachment; filename*=UTF-8''${encodeURIComponent(grant.fileName ?? 'document')}`,
          )
          // What somebody uploaded is never run in this origin.
          .header('x-content-type-options', 'nosniff')
          .header('content-security-policy', 'sandbox')
          .send(object.stream)
      );
    });
  });
}

function cutOff(): DocketError {
  return new DocketError(
    'upload.size_mismatch',
    'The connection ended before all bytes were here. Put the whole file again, to the same address.',
  );
}

function grantOf(request: FastifyRequest, method: 'PUT' | 'GET', signer: AddressSigner): AddressGrant {
  const address = new URL(request.url, 'http://storage.invalid');
  const key = address.pathname.slice(STORAGE_ROUTE.length + 1);
  const verdict = signer.verify(method, key, address.searchParams, Date.now());
  if (verdict.valid) return verdict.grant;
  if (verdict.reason === 'expired') {
    throw new DocketError('upload.expired', 'The address has expired. Ask for a new one.');
  }
  throw new DocketError(
    'upload.url_invalid',
    'The address was not signed by this service, or was changed. Use it as it was given.',
  );
}
