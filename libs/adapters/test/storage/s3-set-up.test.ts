import { createStorage } from '@docket/adapters/storage/create';
import { provisionStorage } from '@docket/adapters/storage/provision';
import {
  checkStorage,
  reportStorageProblems,
  type StorageVerdict,
} from '@docket/adapters/storage/self-check';
import type { S3StorageSettings } from '@docket/platform/config/storage';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { FaultProxy } from '../../../../test/support/fault-proxy.ts';
import { makeBucket, s3Settings, startS3Server, type S3Server } from '../../../../test/support/s3-server.ts';

let server: S3Server;
let settings: S3StorageSettings;

beforeAll(async () => {
  server = await startS3Server();
  settings = s3Settings(server, await makeBucket(server));
}, 60_000);
afterAll(() => server.stop());

const FINE = { problems: [], notes: [] };

const verdictWith = async (changed: Partial<S3StorageSettings>): Promise<StorageVerdict> =>
  checkStorage(await createStorage({ ...settings, ...changed }));

describe('setting a bucket up', () => {
  it('makes it once, and a repeat or a race changes nothing', async () => {
    const fresh = s3Settings(server, `fresh-${randomBytes(4).toString('hex')}`);
    const created = (provision: { changes: string[] }) => provision.changes.length > 0;
    const raced = await Promise.all([provisionStorage(fresh), provisionStorage(fresh)]);
    expect(raced.some(created)).toBe(true);
    expect(await provisionStorage(fresh)).toMatchObject({ changes: [] });
  });

  it('says what a store without lifecycle rules means', async () => {
    expect((await provisionStorage(settings)).notes).toEqual([expect.stringContaining('the sweep alone')]);
  });

  it('leaves a bucket that can be used', async () => {
    const fresh = s3Settings(server, await makeBucket(server));
    expect(await checkStorage(await createStorage(fresh))).toEqual(FINE);
  });
});

describe('the check at start', () => {
  it('leaves nothing behind', async () => {
    const storage = await createStorage(settings);
    expect(await checkStorage(storage)).toEqual(FINE);
    expect(await storage.objects.listWrittenBefore('checks', new Date(Date.now() + 60_000), 10)).toEqual([]);
  });

  it.each<[string, Partial<S3StorageSettings>, RegExp]>([
    ['a wrong secret', { secretKey: 'guessed' }, /STORAGE_SECRET_KEY/],
    ['a wrong region', { region: 'mars-1' }, /STORAGE_REGION/],
    ['a missing bucket', { bucket: 'no-such-bucket' }, /provision-storage/],
    ['a store that is away', { endpoint: 'http://127.0.0.1:9' }, /ECONNREFUSED/],
  ])('names %s, and what to set', async (_what, changed, message) => {
    expect(await verdictWith(changed)).toEqual({ problems: [expect.stringMatching(message)], notes: [] });
  });

  it('only notes a public address that is not reached from here: clients may reach it', async () => {
    expect(await verdictWith({ publicEndpoint: 'http://127.0.0.1:9' })).toEqual({
      problems: [],
      notes: [expect.stringMatching(/STORAGE_PUBLIC_URL/)],
    });
  });

  it('names a public address at which signatures do not hold', async () => {
    // The same server under another name than the one it is asked for.
    const way = await FaultProxy.start(server.endpoint);
    way.rename = '127.0.0.1:1';
    expect(await verdictWith({ publicEndpoint: way.url })).toEqual({
      problems: [expect.stringMatching(/SignatureDoesNotMatch.*STORAGE_PUBLIC_URL/)],
      notes: [],
    });
    await way.stop();
  });

  it('goes on until the problem is mended, and says so', async () => {
    const way = await FaultProxy.start(server.endpoint);
    const storage = await createStorage({ ...settings, endpoint: way.url, timeoutMs: 200 });
    const said: string[] = [];
    const logger = {
      warn: () => undefined,
      info: (_fields: object, message: string) => void said.push(`info ${message}`),
      error: (_fields: object, message: string) => {
        said.push(`error ${message}`);
        way.fault = () => null;
      },
    };
    way.fault = () => 'slow_down';
    await reportStorageProblems(storage, logger, new AbortController().signal, 20);
    expect(said).toEqual([
      'error the storage cannot be used as it is set up',
      'info the storage can be used',
    ]);
    await way.stop();
  });
});
