import type { ObjectStorage } from '@docket/adapters/storage';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { buffer } from 'node:stream/consumers';

/**
 * What every object storage promises, whichever it is. `makeStorage` hands out one that is empty, or whose keys nobody
 * else uses; each test takes a new one.
 */
export function runStorageContract(name: string, makeStorage: () => Promise<ObjectStorage>): void {
  describe(`${name} as an object storage`, () => {
    let storage: ObjectStorage;

    beforeEach(async () => {
      storage = await makeStorage();
    });

    const put = (key: string, text: string) => storage.put(key, Buffer.from(text), 'text/plain');

    async function read(key: string): Promise<string | null> {
      const object = await storage.open(key);
      return object && (await buffer(object.stream)).toString();
    }

    async function etagOf(key: string): Promise<string> {
      const info = await storage.head(key);
      if (!info) throw new Error(`there is no ${key}`);
      return info.etag;
    }

    it('gives back the bytes that were put, any bytes, with their size', async () => {
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
      await storage.put('a/bytes.bin', bytes, 'application/octet-stream');
      const object = await storage.open('a/bytes.bin');
      expect(object && (await buffer(object.stream)).equals(bytes)).toBe(true);
      expect(object?.info).toEqual({ sizeBytes: 70_000, etag: await etagOf('a/bytes.bin') });
    });

    it('keeps an empty object too', async () => {
      await put('empty', '');
      expect(await storage.head('empty')).toMatchObject({ sizeBytes: 0 });
      expect(await read('empty')).toBe('');
    });

    it('says null of what is not there', async () => {
      expect(await storage.head('a/missing')).toBeNull();
      expect(await storage.open('a/missing')).toBeNull();
    });

    it('knows whole keys only: the beginning of a key is no object, and is not taken for one', async () => {
      await put('a/b/c', 'bytes');
      expect(await storage.head('a/b')).toBeNull();
      expect(await storage.open('a/b')).toBeNull();
      await storage.delete('a/b');
      expect(await read('a/b/c')).toBe('bytes');
      expect(await storage.head('a/b/c/d')).toBeNull();
      await expect(storage.delete('a/b/c/d')).resolves.toBeUndefined();
    });

    it('replaces an object by a put, under another etag even for the same size', async () => {
      await put('key', 'one');
      const before = await etagOf('key');
      await put('key', 'two');
      expect(await read('key')).toBe('two');
      expect(await etagOf('key')).not.toBe(before);
    });

    it('keeps giving the bytes it began with to a reader while they are replaced or deleted', async () => {
      await put('key', 'before');
      const [first, second] = [await storage.open('key'), await storage.open('key')];
      await put('key', 'after!');
      expect(first && (await buffer(first.stream)).toString()).toBe('before');
      await storage.delete('key');
      expect(second && (await buffer(second.stream)).toString()).toBe('before');
    });

    it('leaves one whole object of many puts at once', async () => {
      const texts = Array.from({ length: 12 }, (_, index) => String(index).repeat(5_000 + index));
      await Promise.all(texts.map((text) => put('raced', text)));
      expect(texts).toContain(await read('raced'));
    });

    it('deletes an object, and again what is gone', async () => {
      await put('key', 'bytes');
      await storage.delete('key');
      expect(await storage.head('key')).toBeNull();
      await expect(storage.delete('key')).resolves.toBeUndefined();
    });

    describe('copying', () => {
      it('copies what is unchanged, and a repeat is harmless', async () => {
        await put('from', 'bytes');
        const etag = await etagOf('from');
        expect(await storage.copyIfUnchanged('from', 'to/there', etag)).toBe(true);
        expect(await storage.copyIfUnchanged('from', 'to/there', etag)).toBe(true);
        expect(await read('to/there')).toBe('bytes');
        expect(await read('from')).toBe('bytes');
      });

      it('does nothing when the source has changed or is gone', async () => {
        await put('from', 'one');
        const etag = await etagOf('from');
        await put('from', 'two');
        expect(await storage.copyIfUnchanged('from', 'to', etag)).toBe(false);
        await storage.delete('from');
        expect(await storage.copyIfUnchanged('from', 'to', etag)).toBe(false);
        expect(await storage.head('to')).toBeNull();
      });

      it('makes an object of its own: what later becomes of the source does not touch it', async () => {
        await put('from', 'bytes');
        await storage.copyIfUnchanged('from', 'to', await etagOf('from'));
        await put('from', 'other');
        expect(await read('to')).toBe('bytes');
        await storage.delete('from');
        expect(await read('to')).toBe('bytes');
      });

      it('replaces what was at the target', async () => {
        await put('to', 'old');
        await put('from', 'new');
        expect(await storage.copyIfUnchanged('from', 'to', await etagOf('from'))).toBe(true);
        expect(await read('to')).toBe('new');
      });
    });

    describe('listing what was written before a time', () => {
      const soon = () => new Date(Date.now() + 60_000);

      it('finds the objects of a folder and below it, and of no other', async () => {
        for (const key of ['swept/a', 'swept/b/c', 'swept-aside', 'other/d']) await put(key, 'bytes');
        expect((await storage.listWrittenBefore('swept', soon(), 10)).sort()).toEqual([
          'swept/a',
          'swept/b/c',
        ]);
        expect(await storage.listWrittenBefore('empty', soon(), 10)).toEqual([]);
      });

      it('leaves out what was written since', async () => {
        await put('swept/a', 'bytes');
        expect(await storage.listWrittenBefore('swept', new Date(Date.now() - 60_000), 10)).toEqual([]);
      });

      it('gives no more than was asked for, and the rest when those are gone', async () => {
        for (const key of ['swept/a', 'swept/b', 'swept/c']) await put(key, 'bytes');
        const found: string[] = [];
        for (let more = true; more;) {
          const keys = await storage.listWrittenBefore('swept', soon(), 2);
          expect(keys.length).toBeLessThanOrEqual(2);
          for (const key of keys) await storage.delete(key);
          found.push(...keys);
          more = keys.length > 0;
        }
        expect(found.sort()).toEqual(['swept/a', 'swept/b', 'swept/c']);
      });
    });

    it.each([
      '',
      '/',
      '..',
      '../up',
      'a/../../up',
      'a/..',
      './a',
      'a//b',
      '/a',
      'a/',
      '.hidden',
      'a/.hidden',
      'A',
      'a b',
      'a\\b',
      'a\0b',
      'a\nb',
      'a%2fb',
      'ä',
      'a..b/c',
    ])('refuses the key %j in every operation', async (key) => {
      const expiresAt = new Date(Date.now() + 60_000);
      await put('good', 'bytes');
      const etag = await etagOf('good');
      const attempts = [
        () => storage.put(key, Buffer.from('x'), 'text/plain'),
        () => storage.open(key),
        () => storage.head(key),
        () => storage.delete(key),
        () => storage.listWrittenBefore(key, new Date(), 1),
        () => storage.copyIfUnchanged(key, 'good', etag),
        () => storage.copyIfUnchanged('good', key, etag),
        () => storage.presignUpload(key, { sizeBytes: 1, mediaType: 'text/plain', expiresAt }),
        () => storage.presignDownload(key, { fileName: 'a', mediaType: 'text/plain', expiresAt }),
      ];
      for (const attempt of attempts) await expect(attempt()).rejects.toThrow(RangeError);
    });

    it('signs an upload for exactly one size and type', async () => {
      const expiresAt = new Date(Date.now() + 60_000);
      const upload = await storage.presignUpload('a/key', {
        sizeBytes: 12,
        mediaType: 'text/markdown',
        expiresAt,
      });
      expect(upload).toMatchObject({ method: 'PUT', expiresAt });
      expect(upload.headers).toMatchObject({ 'content-type': 'text/markdown', 'content-length': '12' });
      expect(new URL(upload.url).pathname).toContain('a/key');
    });

    it('answers for readiness', async () => {
      await expect(storage.check()).resolves.toBeUndefined();
    });
  });
}
