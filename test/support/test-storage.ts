import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { STORAGE_VARIABLE } from '../../jest.common.ts';
import { FaultProxy } from './fault-proxy.ts';
import { makeBucket, startS3Server } from './s3-server.ts';

/** Where the processes of a stack keep objects. */
export interface TestStorage {
  kind: 'disk' | 's3';
  /** Where the objects are as files; the S3 server of tests keeps them so, too. */
  folder: string;
  /** What API and worker are told of it. */
  variables: Record<string, string>;
  /** Makes every write to where contents are kept fail, until the answer is called. */
  breakContents(): () => void;
  stop(): Promise<void>;
}

/** The kind of storage that this run is about, new and empty. */
export async function startTestStorage(folder: string): Promise<TestStorage> {
  return process.env[STORAGE_VARIABLE] === 's3' ? startS3Storage() : makeDiskStorage(folder);
}

function makeDiskStorage(folder: string): TestStorage {
  const objects = join(folder, 'objects');
  mkdirSync(objects);
  return {
    kind: 'disk',
    folder: objects,
    variables: {
      STORAGE_URL: pathToFileURL(objects).href,
      STORAGE_SIGNING_KEY: randomBytes(24).toString('hex'),
    },
    breakContents() {
      const contents = join(objects, 'contents');
      const aside = join(folder, 'contents-aside');
      if (existsSync(contents)) renameSync(contents, aside);
      // A file where a folder should be: root may write anywhere, so permissions would stop nobody.
      writeFileSync(contents, '');
      return () => {
        rmSync(contents);
        if (existsSync(aside)) renameSync(aside, contents);
      };
    },
    stop: async () => undefined,
  };
}

/** API and worker reach the store another way than clients do, and things can be made to go wrong on it. */
async function startS3Storage(): Promise<TestStorage> {
  const server = await startS3Server();
  const bucket = await makeBucket(server);
  const inside = await FaultProxy.start(server.endpoint);
  return {
    kind: 's3',
    folder: join(server.objects, bucket),
    variables: {
      STORAGE_URL: `${inside.url}/${bucket}`,
      STORAGE_PUBLIC_URL: server.endpoint,
      STORAGE_REGION: server.region,
      STORAGE_ACCESS_KEY: server.accessKey,
      STORAGE_SECRET_KEY: server.secretKey,
    },
    breakContents() {
      inside.fault = ({ method, path }) =>
        method === 'PUT' && path.startsWith(`/${bucket}/contents/`) ? 'slow_down' : null;
      return () => {
        inside.fault = () => null;
      };
    },
    async stop() {
      await inside.stop();
      await server.stop();
    },
  };
}
