import type { ContentTable } from '@docket/db/tables/content';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { DocumentIngestDependencies } from './document-ingest.dependencies.js';
import { passages } from './ingest-history.js';
import { joinRun } from './join-run.js';
import type { IndexContentInput, IndexContentResult } from './document-ingest.types.js';

/**
 * Makes the version searchable: content, version, document, term counts, run and history change in one transaction, so
 * a search sees all of it or nothing. A repeat finds the content indexed and the version moved, and says the same again.
 */
export class IndexContent {
  constructor(private readonly on: DocumentIngestDependencies) {}

  async run(input: IndexContentInput): Promise<IndexContentResult> {
    const startedAt = performance.now();
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      if (!(await joinRun(this.on, tx, input))) return answerAgain(tx, input);
      // A profile became active while this run was on its way: the run reads what it stored, and embeds the rest.
      if (input.fencingToken !== null && (await tx.chunks.missingVectors(input.contentId)) > 0)
        return { outcome: 'superseded' };
      const content = await flip(tx, input);
      if (content?.state !== 'indexed') return { outcome: 'superseded' };
      const indexMs = Math.round(performance.now() - startedAt);
      await this.makeSearchable(tx, input, content.title, indexMs);
      const reused = input.fencingToken === null;
      const ended = await tx.runs.end(input.runId, {
        state: 'succeeded',
        result: { chunkCount: content.chunkCount, reused },
      });
      if (ended) {
        await tx.runs.addEvents(input.runId, [
          {
            at: this.on.now(),
            step: 'index',
            what: reused
              ? 'The same bytes had been indexed before; the document is searchable through them'
              : `Searchable with ${passages(content.chunkCount)}`,
            outcome: 'succeeded',
            durationMs: indexMs,
          },
        ]);
      }
      return { outcome: 'indexed', chunkCount: content.chunkCount };
    });
  }

  private async makeSearchable(
    tx: TenantTransaction,
    input: IndexContentInput,
    title: string | null,
    indexMs: number,
  ): Promise<void> {
    const moved = await tx.versions.move(input.versionId, {
      state: 'indexed',
      contentId: input.contentId,
      timings: { indexMs },
    });
    if (moved) await tx.documents.makeCurrent(input.documentId, input.version, input.contentId, title);
  }
}

/** The content, searchable by now if its claim still holds; else as somebody else left it. */
async function flip(
  tx: TenantTransaction,
  { contentId, fencingToken }: IndexContentInput,
): Promise<Pick<ContentTable, 'state' | 'title' | 'chunkCount'> | null> {
  const flipped = fencingToken === null ? null : await tx.contents.markIndexed(contentId, fencingToken);
  if (!flipped) return tx.contents.find(contentId);
  await tx.lexemes.appendContent(contentId, 1);
  return { state: 'indexed', ...flipped };
}

/** To a repeat after the run has ended: what there is to say, and nothing is written. */
async function answerAgain(tx: TenantTransaction, input: IndexContentInput): Promise<IndexContentResult> {
  const version = await tx.versions.find(input.versionId);
  const content = await tx.contents.find(input.contentId);
  return version?.state === 'indexed' && content
    ? { outcome: 'indexed', chunkCount: content.chunkCount }
    : { outcome: 'superseded' };
}
