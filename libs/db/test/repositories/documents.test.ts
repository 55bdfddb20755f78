import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { contentIdentity, newVersion, seedDocument } from '../../../../test/support/seeds/document.ts';

jest.setTimeout(60_000);

const AT_ONCE = 20;

let db: TestDatabase;
let orgId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
});

afterAll(() => db.drop());

describe('a collection asked for by a name that nobody has used', () => {
  it('is made once, however many ask at once, and all get the same one', async () => {
    const ids = await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        db.tenants.withTenant(orgId, ({ collections }) => collections.findOrCreate('raced', newId())),
      ),
    );
    expect(new Set(ids).size).toBe(1);
    const rows = await db.asAdmin('select id from collections where org_id = $1 and name = $2', [
      orgId,
      'raced',
    ]);
    expect(rows).toEqual([{ id: ids[0] }]);
  });

  it('is not the one of the same name that another org has', async () => {
    const other = await db.createOrg();
    const ids = await Promise.all(
      [orgId, other].map((org) =>
        db.tenants.withTenant(org, (tx) => tx.collections.findOrCreate('shared', newId())),
      ),
    );
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('is deleted only while it is empty', async () => {
    const { collectionId } = await seedDocument(db, orgId, { collection: 'full' });
    await db.tenants.withTenant(orgId, async ({ collections }) => {
      const empty = await collections.findOrCreate('empty', newId());
      expect(await collections.deleteIfEmpty(collectionId)).toBe(false);
      expect(await collections.deleteIfEmpty(empty)).toBe(true);
      expect(await collections.deleteIfEmpty(empty)).toBe(false);
      expect(await collections.find(collectionId)).not.toBeNull();
    });
  });
});

describe('a document brought under an external key', () => {
  it('is one document with a number for each, however many bring it at once', async () => {
    const collectionId = await db.tenants.withTenant(orgId, (tx) =>
      tx.collections.findOrCreate('keys', newId()),
    );
    const brought = await Promise.all(
      Array.from({ length: AT_ONCE }, () => bring(collectionId, 'handbook.md')),
    );
    expect(new Set(brought.map(({ documentId }) => documentId)).size).toBe(1);
    const versions = brought.map(({ version }) => version).toSorted((left, right) => left - right);
    expect(versions).toEqual(Array.from({ length: AT_ONCE }, (_, index) => index + 1));
  });

  it('is another document in another collection, and after it was deleted', async () => {
    const [first, second] = await db.tenants.withTenant(orgId, async ({ collections }) => [
      await collections.findOrCreate('first', newId()),
      await collections.findOrCreate('second', newId()),
    ]);
    const one = await bring(first, 'same.md');
    const two = await bring(second, 'same.md');
    expect(two.documentId).not.toBe(one.documentId);
    await db.asAdmin('update documents set deleted_at = now() where id = $1', [one.documentId]);
    const three = await bring(first, 'same.md');
    expect(three).toMatchObject({ version: 1 });
    expect(three.documentId).not.toBe(one.documentId);
  });

  /** What an intake does: find it locked and take the next number, or make it. */
  async function bring(
    collectionId: string,
    externalKey: string,
  ): Promise<{ documentId: string; version: number }> {
    return db.tenants.withTenant(orgId, async ({ documents }) => {
      const known = await documents.lockByExternalKey(collectionId, externalKey);
      if (known) {
        const version = known.latestVersion + 1;
        await documents.update(known.id, { latestVersion: version });
        return { documentId: known.id, version };
      }
      const documentId = newId();
      const said = { title: 'Handbook', sourceUrl: null, metadata: {} };
      await documents.insert({ id: documentId, collectionId, externalKey, ...said });
      return { documentId, version: 1 };
    });
  }
});

describe('the version of a document that is searchable', () => {
  it('is the newest that was ever made so, in whatever order versions end', async () => {
    const order = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(order, async (versions) => {
        const { documentId } = await seedDocument(db, orgId);
        await db.asAdmin(
          'update documents set current_version = null, current_content_id = null where id = $1',
          [documentId],
        );
        await db.tenants.withTenant(orgId, async ({ documents, contents }) => {
          const contentOf = new Map<number, string>();
          for (const version of versions) {
            const id = newId();
            const claimant = { newId: id, runId: newId(), sizeBytes: 1, leaseSeconds: 1 };
            await contents.claim(contentIdentity(), claimant);
            contentOf.set(version, id);
            await documents.makeCurrent(documentId, version, id, null);
            const newest = Math.max(...contentOf.keys());
            expect(await documents.find(documentId)).toMatchObject({
              currentVersion: newest,
              currentContentId: contentOf.get(newest),
            });
          }
        });
      }),
      { numRuns: 20 },
    );
  });

  it('is never one of a deleted document', async () => {
    const { documentId, contentId } = await seedDocument(db, orgId);
    await db.asAdmin('update documents set deleted_at = now(), current_version = null where id = $1', [
      documentId,
    ]);
    const document = await db.tenants.withTenant(orgId, async ({ documents }) => {
      await documents.makeCurrent(documentId, 2, contentId, 'Title');
      return documents.find(documentId);
    });
    expect(document?.currentVersion).toBeNull();
  });

  it('names the document when nobody else did, and never renames it', async () => {
    const { documentId, contentId } = await seedDocument(db, orgId, { title: '' });
    await db.tenants.withTenant(orgId, async ({ documents }) => {
      await documents.makeCurrent(documentId, 2, contentId, 'What the file says');
      expect(await documents.find(documentId)).toMatchObject({ title: 'What the file says' });
      await documents.makeCurrent(documentId, 3, contentId, 'What the next file says');
      expect(await documents.find(documentId)).toMatchObject({ title: 'What the file says' });
    });
  });
});

describe('a document as it is shown', () => {
  it('shows its newest version, or the one asked for, and an upload that is here as uploaded', async () => {
    const { documentId } = await seedDocument(db, orgId);
    const [versionId, uploadId] = [newId(), newId()];
    await db.tenants.withTenant(orgId, async ({ documents, versions, uploads }) => {
      await versions.insert({ ...newVersion(versionId, documentId), version: 2 });
      await uploads.insert({
        id: uploadId,
        versionId,
        stagingKey: 'staging',
        expiresAt: new Date(),
        receivedAt: null,
      });
      await documents.update(documentId, { latestVersion: 2 });
      expect(await documents.view(documentId)).toMatchObject({
        version: 2,
        currentVersion: 1,
        state: 'awaiting_upload',
      });
      expect(await documents.view(documentId, 1)).toMatchObject({
        version: 1,
        state: 'indexed',
        chunkCount: 1,
      });
      await uploads.markReceived(uploadId);
      expect(await documents.view(documentId)).toMatchObject({ state: 'uploaded' });
      expect((await documents.listVersions(documentId, null, 10)).map(({ version }) => version)).toEqual([
        2, 1,
      ]);
      expect((await documents.listVersions(documentId, 2, 10)).map(({ version }) => version)).toEqual([1]);
    });
  });
});
