import { StorageFault } from '@docket/adapters/storage';
import { DiskStorage } from '@docket/adapters/storage/disk';
import { AddressSigner } from '@docket/adapters/storage/signed-address';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { runStorageContract } from './storage-contract.ts';

const top = mkdtempSync(join(tmpdir(), 'docket-storage-'));
const signer = new AddressSigner('s'.repeat(32), 'http://127.0.0.1:8080');

afterAll(() => rmSync(top, { recursive: true, force: true }));

function newRoot(): string {
  return mkdtempSync(join(top, 'root-'));
}

runStorageContract('the disk storage', async () => new DiskStorage(newRoot(), signer));

let root: string;
let storage: DiskStorage;

beforeEach(() => {
  root = newRoot();
  storage = new DiskStorage(root, signer);
});

/** Whatever a test did, no half-written file stays behind. */
afterEach(() => {
  const incoming = join(root, '.incoming');
  expect(existsSync(incoming) ? readdirSync(incoming) : []).toEqual([]);
});

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function read(key: string): Promise<string | null> {
  const object = await storage.open(key);
  return object && (await buffer(object.stream)).toString();
}

describe('receiving an upload', () => {
  it('stores what was announced, however it is cut into pieces', async () => {
    expect(await storage.receive('staging/a', pieces('one', '', 'two', 'three'), 11)).toBe('stored');
    expect(await read('staging/a')).toBe('onetwothree');
  });

  it('is won by one of many at once, whose bytes stay', async () => {
    const texts = Array.from({ length: 10 }, (_, index) => String(index).repeat(2_000));
    const outcomes = await Promise.all(
      texts.map((text) => storage.receive('raced', pieces(text.slice(0, 9), text.slice(9)), 2_000)),
    );
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'already_there')).toHaveLength(9);
    expect(await read('raced')).toBe(texts[outcomes.indexOf('stored')]);
  });

  it('never replaces what is there, and reads nothing of a second body', async () => {
    await storage.receive('key', pieces('first'), 5);
    let asked = 0;
    async function* second(): AsyncGenerator<Uint8Array> {
      asked += 1;
      yield Buffer.from('other');
    }
    expect(await storage.receive('key', second(), 5)).toBe('already_there');
    expect(asked).toBe(0);
    expect(await read('key')).toBe('first');
  });

  it('cuts a body that grows too large at the piece that is too much, and leaves nothing', async () => {
    let sent = 0;
    let closed = false;
    async function* long(): AsyncGenerator<Uint8Array> {
      try {
        while (sent < 1_000) {
          sent += 1;
          yield Buffer.alloc(100);
        }
      } finally {
        closed = true;
      }
    }
    expect(await storage.receive('large', long(), 250)).toBe('too_large');
    expect({ sent, closed }).toEqual({ sent: 3, closed: true });
    expect(await storage.head('large')).toBeNull();
  });

  it('refuses a body that ends too soon, and leaves nothing', async () => {
    expect(await storage.receive('small', pieces('1234'), 5)).toBe('too_small');
    expect(await storage.head('small')).toBeNull();
  });

  it('passes on what breaks the stream, and leaves nothing, so that it can be sent again', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('connection reset');
    }
    await expect(storage.receive('broken', broken(), 8)).rejects.toThrow('connection reset');
    expect(await storage.head('broken')).toBeNull();
    expect(await storage.receive('broken', pieces('complete'), 8)).toBe('stored');
  });

  it('refuses keys that would lead elsewhere', async () => {
    await expect(storage.receive('../up', pieces('x'), 1)).rejects.toThrow(RangeError);
  });
});

describe('what a process that died in the middle of an upload left', () => {
  const HOUR_MS = 3_600_000;

  it('is removed by a later write, an hour after it was last touched', async () => {
    const incoming = join(root, '.incoming');
    mkdirSync(incoming);
    writeFileSync(join(incoming, 'cut'), 'half');
    const after = (ms: number) => new DiskStorage(root, signer, () => Date.now() + ms);
    await after(HOUR_MS / 2).put('a', Buffer.from('x'));
    expect(readdirSync(incoming)).toEqual(['cut']);
    await after(HOUR_MS + 1_000).put('b', Buffer.from('x'));
    expect(readdirSync(incoming)).toEqual([]);
    expect(await read('a')).toBe('x');
  });
});

describe('the address of an upload', () => {
  it('is promised for as long as was asked, and signed for the minute in which a late one is still taken', async () => {
    const expiresAt = new Date(Date.now() + 5_000);
    const terms = { sizeBytes: 1, mediaType: 'text/plain', expiresAt };
    const upload = await storage.presignUpload('a', terms);
    expect(upload.expiresAt).toEqual(expiresAt);
    const verdictAfter = (ms: number) =>
      signer.verify('PUT', 'a', new URL(upload.url).searchParams, expiresAt.getTime() + ms).valid;
    expect([verdictAfter(0), verdictAfter(59_000), verdictAfter(60_000)]).toEqual([true, true, false]);
  });
});

describe('a disk that does not do what it should', () => {
  it('is a fault that may pass, and never an object that seems stored', async () => {
    symlinkSync('/nonexistent/docket', join(root, 'lost'));
    await expect(storage.put('lost/a', Buffer.from('x'))).rejects.toThrow(StorageFault);
    await expect(storage.receive('lost/b', pieces('x'), 1)).rejects.toThrow(StorageFault);
    await storage.put('source', Buffer.from('x'));
    const etag = (await storage.head('source'))?.etag ?? '';
    await expect(storage.copyIfUnchanged('source', 'lost/c', etag)).rejects.toThrow(StorageFault);
  });

  it('is a fault where a file stands in the way of a folder', async () => {
    await storage.put('a', Buffer.from('x'));
    await expect(storage.put('a/b', Buffer.from('x'))).rejects.toThrow(StorageFault);
    expect(await read('a')).toBe('x');
  });

  it('is a fault where the root is no folder, in readiness too', async () => {
    const file = join(newRoot(), 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o600);
    const astray = new DiskStorage(file, signer);
    await expect(astray.check()).rejects.toThrow(StorageFault);
    await expect(astray.receive('a', pieces('x'), 1)).rejects.toThrow(StorageFault);
  });
});
