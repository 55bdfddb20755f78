import { S3Storage } from '@docket/adapters/storage/s3';
import { afterAll, beforeAll } from '@jest/globals';
import { runStorageContract } from './storage-contract.ts';
import { makeBucket, s3Settings, startS3Server, type S3Server } from '../../../../test/support/s3-server.ts';

let server: S3Server;

beforeAll(async () => {
  server = await startS3Server();
}, 60_000);
afterAll(() => server.stop());

runStorageContract('S3', async () => new S3Storage(s3Settings(server, await makeBucket(server))));
