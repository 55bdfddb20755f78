import { provisionStorage } from '@docket/adapters/storage/provision';
import type { S3StorageSettings } from '@docket/platform/config/storage';
import { randomBytes } from 'node:crypto';
import { startChildServer } from './child-server.ts';

export interface S3Server {
  endpoint: string;
  region: string;
  accessKey: string;
  secretKey: string;
  /** The folder in which it keeps objects as files, a folder of each bucket. */
  objects: string;
  stop(): Promise<void>;
}

/** A real S3 server of its own, empty, on a port of its own. */
export async function startS3Server(): Promise<S3Server> {
  const { place, stop } = await startChildServer<Omit<S3Server, 'stop'>>('s3', 'run-s3-server.ts');
  return { ...place, stop };
}

/** An empty bucket that nobody else uses; its name. */
export async function makeBucket(server: Omit<S3Server, 'stop'>): Promise<string> {
  const bucket = `docket-${randomBytes(6).toString('hex')}`;
  await provisionStorage(s3Settings(server, bucket));
  return bucket;
}

/** How Docket would be set up for a bucket of this server. */
export function s3Settings(server: Omit<S3Server, 'stop'>, bucket: string): S3StorageSettings {
  const { endpoint, region, accessKey, secretKey } = server;
  return {
    kind: 's3',
    endpoint,
    publicEndpoint: endpoint,
    bucket,
    region,
    accessKey,
    secretKey,
    addressing: 'path',
    timeoutMs: 5_000,
    writeOnce: true,
  };
}
