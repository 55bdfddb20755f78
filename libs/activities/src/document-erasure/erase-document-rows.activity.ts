import { storageKeys } from '@docket/adapters/storage/keys';
import { DocketError } from '@docket/domain/errors';
import { Context } from '@temporalio/activity';
import type { DocumentErasureDependencies } from './document-erasure.dependencies.js';
import type { ErasureSubject } from './document-erasure.types.js';
import { eraseFromEnrichments } from './erase-from-enrichments.js';
import { noteStep, withRetryNoted } from './erasure-history.js';

/**
 * Removes the document's rows: first what models wrote from it, then content by content, each in a transaction of its
 * own, then uploads, and last whatever names the document. The keys of the objects behind them are noted as deletions in
 * the same transactions, so that no object is left that nobody knows of. A repeat goes on behind what is gone, and counts
 * nothing twice.
 */
export class EraseDocumentRows {
  constructor(private readonly on: DocumentErasureDependencies) {}

  async run(subject: ErasureSubject): Promise<void> {
    await withRetryNoted(this.on, subject, 'rows', async () => {
      while (await this.eraseMoreEnrichments(subject)) Context.current().heartbeat();
      while (await patiently(() => this.eraseNextContent(subject))) Context.current().heartbeat();
      await this.eraseTheRest(subject);
      const { tally } = await this.on.tenants.withTenant(subject.orgId, (tx) =>
        tx.erasures.get(subject.documentId),
      );
      const kept = tally.contentsKept ?? 0;
      const what =
        `Removed ${tally.chunks ?? 0} passages of ${tally.contents ?? 0} contents` +
        (kept > 0 ? `; ${kept} contents stay, because other documents use them` : '');
      await noteStep(this.on, subject, 'rows', what, { ...tally });
    });
  }

  private async eraseMoreEnrichments({ orgId, documentId }: ErasureSubject): Promise<boolean> {
    return this.on.tenants.withTenant(orgId, (tx) => eraseFromEnrichments(tx, documentId));
  }

  private async eraseNextContent({ orgId, documentId, runId }: ErasureSubject): Promise<boolean> {
    return this.on.tenants.withTenant(orgId, async (tx) => {
      const contentId = await tx.contentErasures.next(documentId);
      if (contentId === null) return false;
      // Those that saw it while the first pass went by: with its passages, nobody could find them any longer.
      await tx.enrichmentErasures.lockPassages(contentId);
      while (await eraseFromEnrichments(tx, documentId)) Context.current().heartbeat();
      const { removed, counted } = await tx.contentErasures.erase(documentId, contentId);
      if (removed) {
        await tx.objectDeletions.insert(this.deletionsOf(orgId, contentId, runId));
        // An activity that is late learns of the erasure with its next heartbeat, and may write once more before that.
        await tx.objectDeletions.insertLate(this.deletionsOf(orgId, contentId, runId));
      }
      await tx.erasures.add(documentId, counted);
      return true;
    });
  }

  /** By the keys' rule and not by the row: an object may be there before the row says so. */
  private deletionsOf(orgId: string, contentId: string, runId: string) {
    const keys = [storageKeys.original(orgId, contentId), storageKeys.text(orgId, contentId)];
    return keys.map((objectKey) => ({ id: this.on.newId(), runId, objectKey }));
  }

  private async eraseTheRest({ orgId, documentId, runId }: ErasureSubject): Promise<void> {
    await this.on.tenants.withTenant(orgId, async (tx) => {
      const uploads = await tx.objectDeletions.takeUploads(documentId, runId);
      const versions = await tx.erasures.blank(documentId, runId);
      await tx.erasures.add(documentId, { uploads });
      await tx.erasures.atLeast(documentId, { versions });
    });
  }
}

/**
 * A content that another document's run has to finish makes that run an open one, for which the organisation may have
 * no place just now. An erasure is not refused for want of it: it is tried again until there is one.
 */
async function patiently(erase: () => Promise<boolean>): Promise<boolean> {
  try {
    return await erase();
  } catch (error) {
    if (error instanceof DocketError && error.code === 'quota.runs_exceeded')
      throw new Error('no place for the run that is to finish what it shares', { cause: error });
    throw error;
  }
}
