import type { Enrichment } from '@docket/db/enrichments';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { Ticket } from '@docket/db/tickets';
import { enrichmentHasEnded, type EnrichmentStep } from '@docket/domain/enrichment/state-rules';
import { DocketError } from '@docket/domain/errors';
import { TICKET_ENRICHMENT_PROMPT } from '@docket/domain/prompt/ticket-enrichment';
import { Context } from '@temporalio/activity';
import { EvidenceFinder, type PreparedSearch, type Surroundings, type TicketText } from './find-evidence.js';
import { pinEvidence } from './pin-evidence.js';
import {
  QUIET_MOST_MS,
  QUIET_MS,
  type TicketEnrichmentDependencies,
} from './ticket-enrichment.dependencies.js';
import type { GatherEvidenceInput, GatherEvidenceResult } from './ticket-enrichment.types.js';

/** What is asked about, as it was when the enrichment was taken up. */
interface Read {
  ticket: TicketText;
  surroundings: Surroundings;
}

/** In need of more than the database: of learning, or of the embedder. */
interface Unprepared extends Read {
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
    const startedAt = performance.now();
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const ticket = await tx.tickets.lock(input.ticketId);
      const enrichment = await tx.enrichments.lock(input.enrichmentId);
      if (!ticket || !enrichment || enrichmentHasEnded(enrichment.state)) return { outcome: 'ended' };
      const isWaiting = enrichment.state === 'queued';
      const waitMs = isWaiting ? await quietAfterMs(tx, input) : 0;
      if (waitMs > 0) return { outcome: 'unquiet', waitMs };
      await this.noteExecution(tx, input);
      if (isWaiting) await this.supersede(tx, enrichment);
      if (isPinned(enrichment)) return this.keepPinned(tx, enrichment, isWaiting);
      const read = isWaiting ? await this.takeUp(tx, enrichment, ticket) : await this.takenUp(tx, enrichment);
      return read ? this.goOn(tx, input, read, startedAt) : { outcome: 'ended' };
    });
  }

  private async noteExecution(tx: TenantTransaction, { runId }: GatherEvidenceInput): Promise<void> {
    const { workflowExecution } = Context.current().info;
    if (workflowExecution) await tx.runs.recordExecution(runId, workflowExecution.runId, this.on.workerBuild);
  }

  /** Searches in the same transaction, where what that takes is at hand. */
  private async goOn(
    tx: TenantTransaction,
    input: GatherEvidenceInput,
    { ticket, surroundings }: Read,
    startedAt: number,
  ): Promise<Unprepared | GatherEvidenceResult> {
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

  /** A newer enrichment takes the place of what works on an older state of the ticket. */
  private async supersede(tx: TenantTransaction, enrichment: Enrichment): Promise<void> {
    const message = 'The ticket changed, or somebody asked again, before this was done.';
    const superseded = await tx.enrichments.supersedeOthers(enrichment.ticketId, enrichment.id, message);
    for (const old of superseded)
      await tx.runs.end(old.runId, { state: 'cancelled', error: { code: 'enrichment.superseded', message } });
    if (superseded.length > 0) await tx.decisions.callOff(superseded.map(({ id }) => id));
    await tx.tickets.markRead(enrichment.ticketId);
  }

  private async takeUp(tx: TenantTransaction, enrichment: Enrichment, ticket: Ticket): Promise<Read> {
    const promptVersion = await promptVersionOf(tx, enrichment.askedPromptVersion);
    const surroundings = await this.finder.surroundings(tx);
    const { taxonomyVersion } = surroundings;
    const { revision } = ticket;
    await tx.enrichments.move(enrichment.id, { state: 'running', step: 'retrieve' });
    await tx.enrichments.begin(enrichment.id, {
      revision,
      promptVersion,
      taxonomyVersion,
      workerBuild: this.on.workerBuild,
    });
    await tx.runs.advance(enrichment.runId, 'retrieve', {
      at: this.on.now(),
      step: 'prepare',
      what: `Read revision ${revision} of the ticket, under version ${promptVersion} of the prompt`,
      outcome: 'succeeded',
    });
    return { ticket, surroundings };
  }

  /** What an attempt before this one took up, as it was. */
  private async takenUp(
    tx: TenantTransaction,
    { ticketId, revision, taxonomyVersion }: Enrichment,
  ): Promise<Read | null> {
    const ticket = await tx.tickets.revision(ticketId, revision);
    return (
      ticket && { ticket, surroundings: await this.finder.surroundings(tx, taxonomyVersion ?? undefined) }
    );
  }

  /** Behind its evidence: taken up again by a retry, made again from a later step on, or an attempt that comes late. */
  private async keepPinned(
    tx: TenantTransaction,
    { id, runId }: Enrichment,
    isTakenUp: boolean,
  ): Promise<GatherEvidenceResult> {
    if (isTakenUp) {
      await tx.enrichments.move(id, { state: 'running', step: 'ask' });
      const what = 'Kept the passages that were chosen before';
      await tx.runs.advance(runId, 'ask', { at: this.on.now(), step: 'retrieve', what, outcome: 'skipped' });
    }
    return { outcome: 'gathered', passages: await tx.evidence.countPassages(id) };
  }
}

/** Milliseconds for which a changed ticket is still left alone. */
async function quietAfterMs(tx: TenantTransaction, input: GatherEvidenceInput): Promise<number> {
  return input.immediate ? 0 : tx.tickets.msUntilQuiet(input.ticketId, QUIET_MS, QUIET_MOST_MS);
}

/**
 * The version that is asked for, or the one that is in production.
 *
 * @throws DocketError `prompt.not_found`
 */
export async function promptVersionOf(tx: TenantTransaction, asked: number | null): Promise<number> {
  const version = asked ?? (await tx.prompts.productionVersion(TICKET_ENRICHMENT_PROMPT));
  if (await tx.prompts.version(TICKET_ENRICHMENT_PROMPT, version)) return version;
  throw new DocketError('prompt.not_found', `There is no version ${version} of the prompt.`);
}

/** Its passages were chosen and are to be kept: the step says how far it had come, or from where on it is made again. */
function isPinned({ evidence, step }: Enrichment): boolean {
  return evidence !== null && step !== null && !BEFORE_ASKING.has(step);
}

const BEFORE_ASKING: ReadonlySet<EnrichmentStep> = new Set(['prepare', 'retrieve']);
