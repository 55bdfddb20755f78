import { StorageFault, type StorageFaultReason } from '@docket/adapters/storage';
import { S3Storage } from '@docket/adapters/storage/s3';
import type { S3StorageSettings } from '@docket/platform/config/storage';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { FaultProxy } from '../../../../test/support/fault-proxy.ts';
import { makeBucket, s3Settings, startS3Server, type S3Server } from '../../../../test/support/s3-server.ts';

/** Long enough for a call that is answered, short enough to wait for one that is not. */
const TIMEOUT_MS = 400;

let server: S3Server;
let proxy: FaultProxy;
let settings: S3StorageSettings;
let storage: S3Storage;

beforeAll(async () => {
  server = await startS3Server();
  proxy = await FaultProxy.start(server.endpoint);
  const bucket = await makeBucket(server);
  settings = { ...s3Settings(server, bucket), endpoint: proxy.url, timeoutMs: TIMEOUT_MS };
}, 60_000);
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

beforeEach(() => {
  storage = new S3Storage(settings);
});
afterEach(() => {
  proxy.fault = () => null;
});

const put = (key: string, content: string) => storage.put(key, Buffer.from(content), 'text/plain');

async function faultOf(work: Promise<unknown>): Promise<{ reason: StorageFaultReason; message: string }> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StorageFault)) throw new Error(`no storage fault, but ${String(error)}`);
  return { reason: error.reason, message: error.message };
}

const OPERATIONS: [string, () => Promise<unknown>][] = [
  ['head', () => storage.head('key')],
  ['open', () => storage.open('key')],
  ['put', () => put('key', 'bytes')],
  ['copy', () => storage.copyIfUnchanged('key', 'other', 'etag')],
  ['delete', () => storage.delete('key')],
  ['list', () => storage.listWrittenBefore('folder', new Date(), 10)],
  ['check', () => storage.check()],
];

describe('a store that hangs', () => {
  it.each(OPERATIONS)('is given up in time by %s, as no answer', async (_name, operation) => {
    proxy.fault = () => 'hang';
    const startedAt = performance.now();
    expect(await faultOf(operation())).toMatchObject({ reason: 'no_answer' });
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS * 5);
  });

  it('in the middle of an object is given up too, and the half is never taken for the whole', async () => {
    await put('stalled', 'x'.repeat(10_000));
    proxy.fault = () => 'stall';
    const object = await storage.open('stalled');
    if (!object) throw new Error('the object is not there');
    expect(await faultOf(text(object.stream))).toMatchObject({ reason: 'no_answer' });
  });
});

describe('a store that asks for a pause', () => {
  it.each(OPERATIONS)(
    'makes %s a fault that passes, asked once and said nowhere but here',
    async (_name, operation) => {
      const said = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
      proxy.fault = () => 'slow_down';
      proxy.requests = 0;
      const fault = await faultOf(operation());
      expect(fault.reason).toBe('unavailable');
      expect(fault.message).toContain('503');
      expect({ requests: proxy.requests, lines: said.mock.calls.length }).toEqual({ requests: 1, lines: 0 });
      said.mockRestore();
    },
  );
});

describe('a connection that breaks', () => {
  it('in the middle of an object is an error to its reader, and the half is never taken for the whole', async () => {
    await put('cut', 'x'.repeat(10_000));
    proxy.fault = () => 'cut';
    const object = await storage.open('cut');
    if (!object) throw new Error('the object is not there');
    await expect(text(object.stream)).rejects.toThrow();
  });

  it.each(['PUT', 'DELETE'])(
    'after the store did a %s is a fault, and the repeat is harmless',
    async (method) => {
      const operation = () => (method === 'PUT' ? put('after', 'bytes') : storage.delete('after'));
      proxy.fault = (request) => (request.method === method ? 'cut_after' : null);
      expect(await faultOf(operation())).toMatchObject({ reason: 'unavailable' });
      expect((await storage.head('after')) !== null).toBe(method === 'PUT');
      proxy.fault = () => null;
      await operation();
      expect((await storage.head('after')) !== null).toBe(method === 'PUT');
    },
  );

  it('because the store closed one that was kept costs nothing but a fresh one', async () => {
    await storage.check();
    proxy.fault = () => 'reset_kept';
    await expect(storage.check()).resolves.toBeUndefined();
  });

  it('that cannot be made is a fault that passes', async () => {
    const gone = await FaultProxy.start(server.endpoint);
    const { url } = gone;
    await gone.stop();
    const away = new S3Storage({ ...settings, endpoint: url });
    expect(await faultOf(away.check())).toMatchObject({
      reason: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('a setting that is wrong is refused for as long as it is, and the message says which:', () => {
  const refusalWith = (wrong: Partial<S3StorageSettings>) =>
    faultOf(new S3Storage({ ...settings, ...wrong }).put('key', Buffer.from('x'), 'text/plain'));

  it.each<[string, Partial<S3StorageSettings>, RegExp]>([
    ['the access key', { accessKey: 'nobody' }, /STORAGE_ACCESS_KEY/],
    ['the secret key', { secretKey: 'guessed' }, /SignatureDoesNotMatch.*STORAGE_SECRET_KEY/],
    ['the bucket', { bucket: 'no-such-bucket' }, /NoSuchBucket.*STORAGE_URL/],
    ['the region', { region: 'mars-1' }, /STORAGE_REGION.*eu-test-1/],
  ])('%s', async (_name, wrong, message) => {
    expect(await refusalWith(wrong)).toEqual({ reason: 'refused', message: expect.stringMatching(message) });
  });

  it('the clock of this machine', async () => {
    jest.useFakeTimers({
      now: Date.now() + 3_600_000,
      doNotFake: [
        'setTimeout',
        'clearTimeout',
        'setImmediate',
        'nextTick',
        'queueMicrotask',
        'setInterval',
        'clearInterval',
        'performance',
        'clearImmediate',
        'hrtime',
      ],
    });
    try {
      expect(await refusalWith({})).toEqual({
        reason: 'refused',
        message: expect.stringMatching(/RequestTimeTooSkewed.*clock/),
      });
    } finally {
      jest.useRealTimers();
    }
  });

  it('a missing bucket is no missing object', async () => {
    const astray = new S3Storage({ ...settings, bucket: 'no-such-bucket' });
    expect(await faultOf(astray.open('key'))).toMatchObject({ reason: 'refused' });
    expect(await faultOf(astray.check())).toMatchObject({ reason: 'refused' });
    expect(await faultOf(astray.copyIfUnchanged('a', 'b', 'etag'))).toMatchObject({ reason: 'refused' });
  });
});
