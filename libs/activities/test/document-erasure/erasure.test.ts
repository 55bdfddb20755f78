import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { searchPassages } from '@docket/db/passage-search';
import { newId } from '../../../../test/support/database.ts';
import { IngestWorld } from '../document-ingest/support/ingest-world.ts';
import { ErasureWorld, STEPS, storageAway } from './support/erasure-world.ts';
import { filesBelow, tracesOf } from '../../../../test/support/traces.ts';

let world: IngestWorld;
let erasures: ErasureWorld;
beforeAll(async () => {
  world = await IngestWorld.open();
  erasures = new ErasureWorld(world);
}, 60_000);
afterAll(() => world.close(), 60_000);

const text = (subject: string): string =>
  `# About ${subject}\n\nEvery ${subject} has its own shelf.\n\n## Where\n\nThe ${subject} is kept upstairs.\n`;

async function found(query: string): Promise<string[]> {
  return world.database.tenants.withTenant(world.orgId, async (tx) => {
    const hits = await searchPassages(
      tx,
      { text: query, vector: null, mode: 'lexical', filter: {}, limit: 10 },
      0,
    );
    return hits.flatMap(({ documents }) => documents.map(({ id }) => id));
  });
}

/** In how many passages of the org each term stands, whether folded in yet or not. */
async function termCounts(): Promise<Record<string, number>> {
  const rows = await world.database.asAdmin<{ term: number; n: number }>(
    `select term, sum(n)::integer as n from (
       select term, chunk_count as n from lexeme_counts
       union all select t.term, t.delta from lexeme_changes c, unnest(c.terms, c.deltas) as t (term, delta)
     ) both_sources group by term having sum(n) <> 0`,
  );
  return Object.fromEntries(rows.map(({ term, n }) => [term, n]));
}

async function count(table: string, where: string, parameters: unknown[]): Promise<number> {
  const [row] = await world.database.asAdmin<{ n: number }>(
    `select count(*)::integer as n from ${table} where ${where}`,
    parameters,
  );
  return row?.n ?? -1;
}

describe('an erased document', () => {
  it('leaves no trace of title, metadata, file name or text in any table or object, and no term count', async () => {
    const word = 'Quetzalcoatlus';
    const before = await termCounts();
    const subject = await world.index({ text: text(word) });
    await world.database.tenants.withTenant(world.orgId, async (tx) => {
      await tx.documents.update(subject.documentId, {
        title: word,
        sourceUrl: `https://example.com/${word}`,
        metadata: { about: word },
      });
      await tx.runs.addEvents(subject.runId, [
        { at: new Date(), step: 'parse', what: `Read ${word}`, outcome: 'succeeded', detail: { word } },
      ]);
    });
    await world.database.asAdmin(
      'update document_versions set file_name = $2, error_message = $2 where id = $1',
      [subject.versionId, word],
    );
    expect(await tracesOf(word, world.database, world.folder)).toEqual(
      expect.arrayContaining(['chunks', 'documents', 'document_versions', 'run_events']),
    );
    await erasures.erase(subject.documentId);
    expect(await tracesOf(word, world.database, world.folder)).toEqual([]);
    expect(await tracesOf(word.toLowerCase(), world.database, world.folder)).toEqual([]);
    expect(filesBelow(world.folder).filter((path) => path.includes(subject.contentId))).toEqual([]);
    expect(await termCounts()).toEqual(before);
  });

  it('has a receipt that counts what went where, and says who asked', async () => {
    const subject = await world.index({ text: text('puffin') });
    const chunks = await count('chunks', 'content_id = $1', [subject.contentId]);
    expect(chunks).toBeGreaterThan(0);
    const objects = filesBelow(world.folder).filter((path) => path.includes(subject.contentId));
    const [run] = await world.database.asAdmin<{ workflow_id: string; temporal_run_id: string }>(
      'select r.workflow_id, x.temporal_run_id from runs r join run_executions x on x.run_id = r.id where r.id = $1',
      [subject.runId],
    );
    // One that is in no row, since no activity of it ever ran.
    erasures.kept.set(run?.workflow_id ?? '', new Set([run?.temporal_run_id ?? '', newId()]));
    const receipt = await erasures.erase(subject.documentId);
    expect(receipt).toEqual({
      documentId: expect.stringMatching(/^doc_/),
      requestedBy: 'key_test',
      requestedAt: expect.any(String),
      completedAt: expect.any(String),
      removed: {
        versions: 1,
        uploads: 1,
        contents: 1,
        chunks,
        vectors: chunks,
        lexicalRows: chunks,
        replies: 0,
        citations: 0,
        modelOutputs: 0,
        objects: objects.length,
        objectBytes: expect.any(Number),
        executions: 2,
      },
      kept: { contents: 0, executions: 0 },
      // It was uploaded and indexed within the hour: something may still be on its way.
      lookedAtAgainAt: expect.any(String),
    });
    expect(receipt.removed['objectBytes']).toBeGreaterThan(text('puffin').length);
    expect([...(erasures.kept.get(run?.workflow_id ?? '') ?? [])]).toEqual([]);
  });

  it('keeps of its history when each step was, how long it took and how it ended', async () => {
    const subject = await world.index({ text: text('osprey') });
    const shape =
      'select step, outcome, attempt, duration_ms, at from run_events where run_id = $1 order by id';
    const before = await world.database.asAdmin(shape, [subject.runId]);
    await erasures.erase(subject.documentId);
    expect(await world.database.asAdmin(shape, [subject.runId])).toEqual(before);
    const lines = await world.database.asAdmin<{ what: string; detail: object }>(
      'select distinct what, detail from run_events where run_id = $1',
      [subject.runId],
    );
    expect(lines).toEqual([{ what: 'Erased with the document', detail: {} }]);
  });

  it('is not found from the commit of the request on, long before anything is erased', async () => {
    const subject = await world.index({ text: text('kestrel') });
    expect(await found('kestrel shelf')).toContain(subject.documentId);
    const erasure = await erasures.request(subject.documentId);
    for (const step of STEPS) {
      expect(await found('kestrel shelf')).toEqual([]);
      await erasures.run(step, erasure);
    }
    expect(await found('kestrel shelf')).toEqual([]);
  });

  it('frees its external key for a new document at once', async () => {
    const subject = await world.index({ text: text('heron') });
    await world.database.asAdmin(`update documents set external_key = 'bird' where id = $1`, [
      subject.documentId,
    ]);
    await erasures.request(subject.documentId);
    await world.database.tenants.withTenant(world.orgId, async (tx) => {
      const collectionId = await tx.collections.findOrCreate('default', newId());
      expect(await tx.documents.lockByExternalKey(collectionId, 'bird')).toBeNull();
      await tx.documents.insert({
        id: newId(),
        collectionId,
        title: '',
        sourceUrl: null,
        externalKey: 'bird',
        metadata: {},
      });
    });
  });
});

describe('a content that other documents use', () => {
  it('stays with its passages until the last of them is erased, and is counted once', async () => {
    const before = await termCounts();
    const first = await world.index({ text: text('plover') });
    const second = await world.index({ text: text('plover') });
    expect(second.contentId).toBe(first.contentId);
    const one = await erasures.erase(first.documentId);
    expect(one).toMatchObject({ removed: { contents: 0, chunks: 0, objects: 0 }, kept: { contents: 1 } });
    expect(await found('plover shelf')).toEqual(expect.arrayContaining([second.documentId]));
    const two = await erasures.erase(second.documentId);
    expect(two).toMatchObject({ removed: { contents: 1, objects: 2 }, kept: { contents: 0 } });
    expect(await termCounts()).toEqual(before);
  });

  it('goes with whichever comes last when both are erased at once', async () => {
    const first = await world.index({ text: text('dunlin') });
    const second = await world.index({ text: text('dunlin') });
    const receipts = await Promise.all([first, second].map(({ documentId }) => erasures.erase(documentId)));
    expect(receipts.map(({ removed }) => removed['contents']).sort()).toEqual([0, 1]);
    expect(receipts.map(({ kept }) => kept.contents).sort()).toEqual([0, 1]);
    expect(await count('contents', 'id = $1', [first.contentId])).toBe(0);
  });

  it('is made anew when the same bytes come after it is gone', async () => {
    const first = await world.index({ text: text('turnstone') });
    await erasures.erase(first.documentId);
    const second = await world.index({ text: text('turnstone') });
    expect(second.contentId).not.toBe(first.contentId);
    expect(await found('turnstone shelf')).toContain(second.documentId);
  });

  it('of an older pipeline, which no version points at any more, goes too', async () => {
    const subject = await world.index({ text: text('godwit') });
    const older = newId();
    await world.database.asAdmin(
      `insert into contents (org_id, id, sha256, parser_kind, language, pipeline_version, state, size_bytes)
       select org_id, $2, sha256, parser_kind, language, 0, 'processing', 1 from contents where id = $1`,
      [subject.contentId, older],
    );
    const receipt = await erasures.erase(subject.documentId);
    expect(receipt.removed['contents']).toBe(2);
    expect(await count('contents', 'id = $1', [older])).toBe(0);
  });
});

describe('an erasure that is repeated', () => {
  it.each(STEPS)('after %s was done and not reported ends with the same receipt', async (step) => {
    const subject = await world.index({ text: text(`avocet ${step}`) });
    const reference = await erasures.erase((await world.index({ text: text(`avocet ${step}.`) })).documentId);
    const erasure = await erasures.request(subject.documentId);
    for (const next of STEPS.slice(0, STEPS.indexOf(step) + 1)) await erasures.run(next, erasure);
    const receipt = await erasures.runFrom('supersedeDocumentRuns', erasure);
    expect(receipt.removed).toEqual({
      ...reference.removed,
      objectBytes: (reference.removed['objectBytes'] ?? 0) - 6,
    });
  });

  it('by a second request is the same run', async () => {
    const subject = await world.index({ text: text('curlew') });
    const [one, two] = await Promise.all([1, 2].map(() => erasures.request(subject.documentId)));
    expect(one?.runId).toBe(two?.runId);
    const receipt = await erasures.runFrom('supersedeDocumentRuns', one ?? never());
    await erasures.runFrom('supersedeDocumentRuns', two ?? never());
    expect(await erasures.receipt(one ?? never())).toEqual(receipt);
  });

  it('because the storage is away says that it waits, and counts what it deletes once', async () => {
    const subject = await world.index({ text: text('sanderling') });
    const erasure = await erasures.request(subject.documentId);
    for (const step of STEPS.slice(0, 3)) await erasures.run(step, erasure);
    // Three sizes are read, one object is deleted; then it is gone.
    erasures.storageFaults.push(...Array<Error>(2).fill(storageAway()));
    await expect(erasures.run('eraseDocumentObjects', erasure)).rejects.toThrow('the storage is away');
    await expect(erasures.run('eraseDocumentObjects', erasure, 2)).rejects.toThrow('the storage is away');
    const [run] = await world.database.asAdmin('select state, step from runs where id = $1', [erasure.runId]);
    expect(run).toEqual({ state: 'waiting', step: 'objects' });
    const receipt = await erasures.runFrom('eraseDocumentObjects', erasure);
    expect(receipt.removed).toMatchObject({ objects: 2 });
    expect(filesBelow(world.folder).filter((path) => path.includes(subject.contentId))).toEqual([]);
  });

  it('on a server that cannot remove executions says how many it kept', async () => {
    const subject = await world.index({ text: text('whimbrel') });
    erasures.canDelete = false;
    try {
      const receipt = await erasures.erase(subject.documentId);
      expect(receipt).toMatchObject({ removed: { executions: 0 }, kept: { executions: 1 } });
    } finally {
      erasures.canDelete = true;
    }
  });
});

function never(): never {
  throw new Error('there is none');
}
