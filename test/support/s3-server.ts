import { provisionStorage } from '@docket/adapters/storage/provision';
import type { S3StorageSettings } from '@docket/platform/config/storage';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface S3Server {
  endpoint: string;
  region: string;
  accessKey: string;
  secretKey: string;
  stop(): Promise<void>;
}

/** A real S3 server of its own, empty, on a port of its own. */
export async function startS3Server(): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-s3-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run-s3-server.ts'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    return { ...(JSON.parse(line) as Omit<S3Server, 'stop'>), stop };
  }
  await stop();
  throw new Error('the S3 server did not start');
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
