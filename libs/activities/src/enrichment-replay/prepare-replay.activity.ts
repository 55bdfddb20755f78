import type { Enrichment } from '@docket/db/enrichments';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { enrichmentHasEnded } from '@docket/domain/enrichment/state-rules';
import { DocketError } from '@docket/domain/errors';
import { Context } from '@temporalio/activity';
import {
  EvidenceFinder,
  type PreparedSearch,
  type Surroundings,
  type TicketText,
} from '../ticket-enrichment/find-evidence.js';
import { promptVersionOf } from '../ticket-enrichment/gather-evidence.activity.js';
import { pinEvidence } from '../ticket-enrichment/pin-evidence.js';
import type { TicketEnrichmentDependencies } from '../ticket-enrichment/ticket-enrichment.dependencies.js';
import type { EnrichmentSubject } from '../ticket-enrichment/ticket-enrichment.types.js';
import type { PrepareReplayResult } from './enrichment-replay.types.js';

/** Taken up, and in need of fresh passages that take more than the database. */
interface Unprepared {
  ticket: TicketText;
  surroundings: Surroundings;
}

/**
 * Takes a waiting replay up and pins what its model will be asked about: the original's ticket text and taxonomy, its
 * passages and examples or fresh ones, the prompt that was asked for. A repeat finds it pinned.
 */
export class PrepareReplay {
  private readonly finder: EvidenceFinder;

  constructor(private readonly on: TicketEnrichmentDependencies) {
    this.finder = new EvidenceFinder(on);
  }

  /** @throws DocketError `enrichment.passages_erased`, `prompt.not_found` */
  async run(input: EnrichmentSubject): Promise<PrepareReplayResult> {
    const begun = await this.begin(input);
    if ('outcome' in begun) return begun;
    const prepared = await this.finder.prepare(input.orgId, begun.ticket, begun.surroundings);
    return this.on.tenants.withTenant(input.orgId, (tx) => this.pin(tx, input, prepared));
  }

  private async begin(input: EnrichmentSubject): Promise<Unprepared | PrepareReplayResult> {
    const { workflowExecution } = Context.current().info;
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const replay = await tx.enrichments.lock(input.enrichmentId);
      if (!replay?.replayOf || enrichmentHasEnded(replay.state)) return { outcome: 'ended' };
      if (workflowExecution)
        await tx.runs.recordExecution(input.runId, workflowExecution.runId, this.on.workerBuild);
      if (replay.evidence) return { outcome: 'prepared' };
      // An erasure locks it too: what is copied is whole, or known not to be.
      const original = await tx.enrichments.lock(replay.replayOf);
      if (!original) return { outcome: 'ended' };
      await this.takeUp(tx, replay, original);
      if (replay.passagesFrom === 'pinned') return copyEvidence(tx, replay, original, this.on.now());
      return this.search(tx, input, replay, original);
    });
  }

  private async takeUp(tx: TenantTransaction, replay: Enrichment, original: Enrichment): Promise<void> {
    const promptVersion = await promptVersionOf(tx, replay.askedPromptVersion ?? original.promptVersion);
    const { version: taxonomyVersion } = await tx.taxonomies.find(original.taxonomyVersion ?? undefined);
    const { revision } = original;
    const { workerBuild } = this.on;
    await tx.enrichments.move(replay.id, { state: 'running', step: 'retrieve' });
    await tx.enrichments.begin(replay.id, { revision, promptVersion, taxonomyVersion, workerBuild });
    await tx.runs.progress(replay.runId, 'running', 'retrieve');
    const prompt = replay.draft ? 'a draft' : `version ${promptVersion}`;
    const what = `Took revision ${revision} of the ticket, under ${prompt} of the prompt`;
    await tx.runs.addEvents(replay.runId, [
      { at: this.on.now(), step: 'prepare', what, outcome: 'succeeded' },
    ]);
  }

  private async search(
    tx: TenantTransaction,
    input: EnrichmentSubject,
    replay: Enrichment,
    original: Enrichment,
  ): Promise<Unprepared | PrepareReplayResult> {
    const ticket = await tx.tickets.revision(replay.ticketId, original.revision);
    if (!ticket) return { outcome: 'ended' };
    const surroundings = await this.finder.surroundings(tx, original.taxonomyVersion ?? undefined);
    const prepared = this.finder.prepareAtOnce(input.orgId, ticket, surroundings);
    return prepared ? this.pin(tx, input, prepared) : { ticket, surroundings };
  }

  private async pin(
    tx: TenantTransaction,
    input: EnrichmentSubject,
    prepared: PreparedSearch,
  ): Promise<PrepareReplayResult> {
    const startedAt = performance.now();
    const found = await this.finder.find(tx, prepared);
    const timings = { retrieveMs: Math.round(performance.now() - startedAt) };
    const isPinned = await pinEvidence(tx, input, found, { timings, at: this.on.now() });
    return { outcome: isPinned ? 'prepared' : 'ended' };
  }
}

async function copyEvidence(
  tx: TenantTransaction,
  replay: Enrichment,
  original: Enrichment,
  at: Date,
): Promise<PrepareReplayResult> {
  const { evidence } = original;
  const copied = await tx.evidence.copyPassages(original.id, replay.id);
  if (!evidence || original.erasures > 0 || copied < (evidence.passages ?? 0))
    throw new DocketError(
      'enrichment.passages_erased',
      'Passages that the original saw have been erased since. Replay it with fresh ones.',
    );
  await tx.enrichments.storeEvidence(replay.id, evidence, original.exampleIds);
  if (!(await tx.enrichments.move(replay.id, { state: 'running', step: 'ask' }))) return { outcome: 'ended' };
  await tx.runs.progress(replay.runId, 'running', 'ask');
  const what = `Took the ${copied} passages of the original`;
  await tx.runs.addEvents(replay.runId, [{ at, step: 'retrieve', what, outcome: 'succeeded' }]);
  return { outcome: 'prepared' };
}
