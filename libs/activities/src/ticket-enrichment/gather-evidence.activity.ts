import type { Enrichment } from '@docket/db/enrichments';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { enrichmentHasEnded, type EnrichmentStep } from '@docket/domain/enrichment/state-rules';
import { DocketError } from '@docket/domain/errors';
import { PRODUCTION_LABEL, TICKET_ENRICHMENT_PROMPT } from '@docket/domain/prompt/ticket-enrichment';
import { Context } from '@temporalio/activity';
import { EvidenceFinder, type PreparedSearch, type Surroundings, type TicketText } from './find-evidence.js';
import { pinEvidence } from './pin-evidence.js';
import {
  QUIET_MOST_MS,
  QUIET_MS,
  type TicketEnrichmentDependencies,
} from './ticket-enrichment.dependencies.js';
import type { GatherEvidenceInput, GatherEvidenceResult } from './ticket-enrichment.types.js';

/** Taken up, and in need of more than the database: of learning, or of the embedder. */
interface Unprepared {
  ticket: TicketText;
  surroundings: Surroundings;
  prepareMs: number;
}

/**
 * Takes a waiting enrichment up and pins what a model will be asked about: the ticket's newest revision, the org's
 * prompt and taxonomy, the best passages, the nearest labelled tickets. All in one transaction, unless it takes more than
 * the database. A repeat finds it taken; what is pinned already stays pinned, since an answer may stand on it.
 */
export class GatherEvidence {
  private readonly finder: EvidenceFinder;

  constructor(private readonly on: TicketEnrichmentDependencies) {
    this.finder = new EvidenceFinder(on);
  }

  async run(input: GatherEvidenceInput): Promise<GatherEvidenceResult> {
    const begun = await this.begin(input);
    if ('outcome' in begun) return begun;
    const { ticket, surroundings, prepareMs } = begun;
    const prepared = await this.finder.prepare(input.orgId, ticket, surroundings);
    return this.on.tenants.withTenant(input.orgId, (tx) => this.pin(tx, input, prepared, prepareMs));
  }

  /** The moment from which the ticket counts as read: what comes later is another enrichment. */
  private async begin(input: GatherEvidenceInput): Promise<Unprepared | GatherEvidenceResult> {
    const { workflowExecution } = Context.current().info;
    const startedAt = performance.now();
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const ticket = await tx.tickets.lock(input.ticketId);
      const enrichment = await tx.enrichments.lock(input.enrichmentId);
      if (!ticket || !enrichment || enrichmentHasEnded(enrichment.state)) return { outcome: 'ended' };
      if (enrichment.state === 'queued') {
        const waitMs = input.immediate
          ? 0
          : await tx.tickets.msUntilQuiet(ticket.id, QUIET_MS, QUIET_MOST_MS);
        if (waitMs > 0) return { outcome: 'unquiet', waitMs };
        await this.takeUp(tx, enrichment, ticket.revision);
      }
      if (workflowExecution)
        await tx.runs.recordExecution(input.runId, workflowExecution.runId, this.on.workerBuild);
      if (isPinned(enrichment))
        return { outcome: 'gathered', passages: (await tx.evidence.passages(enrichment.id)).length };
      return this.goOn(tx, input, startedAt);
    });
  }

  /** Searches in the same transaction, where what that takes is at hand. */
  private async goOn(
    tx: TenantTransaction,
    input: GatherEvidenceInput,
    startedAt: number,
  ): Promise<Unprepared | GatherEvidenceResult> {
    const enrichment = await tx.enrichments.find(input.enrichmentId);
    const ticket = enrichment && (await tx.tickets.revision(enrichment.ticketId, enrichment.revision));
    if (!ticket) return { outcome: 'ended' };
    const surroundings = await this.finder.surroundings(tx, enrichment.taxonomyVersion ?? undefined);
    const prepared = this.finder.prepareAtOnce(input.orgId, ticket, surroundings);
    const prepareMs = Math.round(performance.now() - startedAt);
    return prepared ? this.pin(tx, input, prepared, prepareMs) : { ticket, surroundings, prepareMs };
  }

  private async pin(
    tx: TenantTransaction,
    input: GatherEvidenceInput,
    prepared: PreparedSearch,
    prepareMs: number,
  ): Promise<GatherEvidenceResult> {
    const startedAt = performance.now();
    const found = await this.finder.find(tx, prepared);
    const retrieveMs = Math.round(performance.now() - startedAt);
    const timings = { prepareMs, retrieveMs };
    const isPinnedNow = await pinEvidence(tx, input, found, { timings, at: this.on.now() });
    return isPinnedNow ? { outcome: 'gathered', passages: found.passages.length } : { outcome: 'ended' };
  }

  private async takeUp(tx: TenantTransaction, enrichment: Enrichment, revision: number): Promise<void> {
    const message = 'The ticket changed, or somebody asked again, before this was done.';
    const superseded = await tx.enrichments.supersedeOthers(enrichment.ticketId, enrichment.id, message);
    for (const old of superseded)
      await tx.runs.end(old.runId, { state: 'cancelled', error: { code: 'enrichment.superseded', message } });
    if (superseded.length > 0) await tx.decisions.callOff(superseded.map(({ id }) => id));
    await tx.tickets.markRead(enrichment.ticketId);
    if (isPinned(enrichment)) return this.keepPinned(tx, enrichment);
    const promptVersion = await promptVersionOf(tx, enrichment.askedPromptVersion);
    const { version: taxonomyVersion } = await tx.taxonomies.find();
    await tx.enrichments.move(enrichment.id, { state: 'running', step: 'retrieve' });
    await tx.enrichments.begin(enrichment.id, {
      revision,
      promptVersion,
      taxonomyVersion,
      workerBuild: this.on.workerBuild,
    });
    await tx.runs.progress(enrichment.runId, 'running', 'retrieve');
    await tx.runs.addEvents(enrichment.runId, [
      {
        at: this.on.now(),
        step: 'prepare',
        what: `Read revision ${revision} of the ticket, under version ${promptVersion} of the prompt`,
        outcome: 'succeeded',
      },
    ]);
  }

  /** Taken up again behind its evidence: by a retry, or made again from a later step on. */
  private async keepPinned(tx: TenantTransaction, { id, runId }: Enrichment): Promise<void> {
    await tx.enrichments.move(id, { state: 'running', step: 'ask' });
    await tx.runs.progress(runId, 'running', 'ask');
    const what = 'Kept the passages that were chosen before';
    await tx.runs.addEvents(runId, [{ at: this.on.now(), step: 'retrieve', what, outcome: 'skipped' }]);
  }
}

/**
 * The version that is asked for, or the one that is in production.
 *
 * @throws DocketError `prompt.not_found`
 */
export async function promptVersionOf(tx: TenantTransaction, asked: number | null): Promise<number> {
  const labels = asked === null ? await tx.prompts.labels(TICKET_ENRICHMENT_PROMPT) : [];
  const version = asked ?? labels.find(({ label }) => label === PRODUCTION_LABEL)?.version ?? 1;
  if (await tx.prompts.version(TICKET_ENRICHMENT_PROMPT, version)) return version;
  throw new DocketError('prompt.not_found', `There is no version ${version} of the prompt.`);
}

/** Its passages were chosen and are to be kept: the step says how far it had come, or from where on it is made again. */
function isPinned({ evidence, step }: Enrichment): boolean {
  return evidence !== null && step !== null && !BEFORE_ASKING.has(step);
}

const BEFORE_ASKING: ReadonlySet<EnrichmentStep> = new Set(['prepare', 'retrieve']);
