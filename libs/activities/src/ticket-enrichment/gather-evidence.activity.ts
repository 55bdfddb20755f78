import { EmbedderUnavailable } from '@docket/adapters/embedding/unavailable';
import { searchPassages } from '@docket/db/passage-search';
import type { Enrichment, EnrichmentEvidence } from '@docket/db/enrichments';
import type { RetrievedPassage } from '@docket/db/evidence';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { enrichmentHasEnded, type EnrichmentStep } from '@docket/domain/enrichment/state-rules';
import { packPassages } from '@docket/domain/enrichment/pack-passages';
import {
  retrievalConfidence,
  retrievalSignals,
  signalTerms,
} from '@docket/domain/enrichment/retrieval-confidence';
import { DocketError } from '@docket/domain/errors';
import { PRODUCTION_LABEL, TICKET_ENRICHMENT_PROMPT } from '@docket/domain/prompt/ticket-enrichment';
import { guessLanguage } from '@docket/domain/text/language-guess';
import { ticketQuery } from '@docket/domain/ticket/query';
import { reduceTicket, type ReducedTicket } from '@docket/domain/ticket/reduce';
import { Context } from '@temporalio/activity';
import {
  PASSAGES_FETCHED,
  QUIET_MOST_MS,
  QUIET_MS,
  type TicketEnrichmentDependencies,
} from './ticket-enrichment.dependencies.js';
import type { GatherEvidenceInput, GatherEvidenceResult } from './ticket-enrichment.types.js';

interface Begun {
  /** Passages, where they are pinned already. */
  pinned: number | null;
  subject: string;
  body: string;
  language: string | null;
  taxonomyVersion: number;
}

/**
 * Takes a waiting enrichment up and pins what a model will be asked about: the ticket's newest revision, the org's
 * prompt and taxonomy, the best passages, the nearest labelled tickets. A repeat finds it taken; what is pinned already
 * stays pinned, since an answer may stand on it.
 */
export class GatherEvidence {
  constructor(private readonly on: TicketEnrichmentDependencies) {}

  async run(input: GatherEvidenceInput): Promise<GatherEvidenceResult> {
    const startedAt = performance.now();
    const ticket = await this.begin(input);
    if ('outcome' in ticket) return ticket;
    if (ticket.pinned !== null) return { outcome: 'gathered', passages: ticket.pinned };
    const prepareMs = elapsed(startedAt);
    const reduced = reduceTicket(ticket.body);
    const query = ticketQuery(ticket.subject, reduced);
    const { taxonomy } = await this.on.tenants.withTenant(input.orgId, (tx) =>
      tx.taxonomies.find(ticket.taxonomyVersion),
    );
    const text = `${ticket.subject}\n${reduced.paragraphs.join('\n')}`;
    const sorted = await this.on.sorter.sort(input.orgId, ticket.taxonomyVersion, taxonomy, text);
    const vector = await this.vectorOf(input.orgId, query);
    const retrieveStartedAt = performance.now();
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const passages = await retrieve(tx, query, vector);
      const language = ticket.language?.toLowerCase().split('-', 1)[0] ?? guessLanguage(text);
      const evidence: EnrichmentEvidence = {
        query,
        language,
        ...(await confidenceIn(tx, openingOf(ticket.subject, reduced), passages)),
        predictions: sorted.predictions,
      };
      await tx.evidence.storePassages(input.enrichmentId, passages);
      await tx.enrichments.storeEvidence(input.enrichmentId, evidence, sorted.exampleIds);
      const retrieveMs = elapsed(retrieveStartedAt);
      const timings = { prepareMs, retrieveMs };
      const moved = await tx.enrichments.move(input.enrichmentId, { state: 'running', step: 'ask', timings });
      if (!moved) return { outcome: 'ended' };
      await tx.runs.progress(input.runId, 'running', 'ask');
      await tx.runs.addEvents(input.runId, [
        {
          at: this.on.now(),
          step: 'retrieve',
          what:
            passages.length === 0
              ? 'Found no passage that has to do with the ticket'
              : `Chose ${passages.length} of the passages found`,
          outcome: 'succeeded',
          durationMs: retrieveMs,
          detail: { retrievalConfidence: Math.round(evidence.retrievalConfidence * 1_000) / 1_000 },
        },
      ]);
      return { outcome: 'gathered', passages: passages.length };
    });
  }

  /** The moment from which the ticket counts as read: what comes later is another enrichment. */
  private async begin(input: GatherEvidenceInput): Promise<Begun | GatherEvidenceResult> {
    const { workflowExecution } = Context.current().info;
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
      return begun(tx, enrichment.id);
    });
  }

  private async takeUp(tx: TenantTransaction, enrichment: Enrichment, revision: number): Promise<void> {
    const message = 'The ticket changed, or somebody asked again, before this was done.';
    const superseded = await tx.enrichments.supersedeOthers(enrichment.ticketId, enrichment.id, message);
    for (const old of superseded)
      await tx.runs.end(old.runId, { state: 'cancelled', error: { code: 'enrichment.superseded', message } });
    if (superseded.length > 0) await tx.decisions.callOff(superseded.map(({ id }) => id));
    await tx.tickets.markRead(enrichment.ticketId);
    if (isPinned(enrichment)) return this.goOn(tx, enrichment);
    const labels = await tx.prompts.labels(TICKET_ENRICHMENT_PROMPT);
    const production = labels.find(({ label }) => label === PRODUCTION_LABEL)?.version ?? 1;
    const promptVersion = enrichment.askedPromptVersion ?? production;
    if (!(await tx.prompts.version(TICKET_ENRICHMENT_PROMPT, promptVersion)))
      throw new DocketError('prompt.not_found', `There is no version ${promptVersion} of the prompt.`);
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
  private async goOn(tx: TenantTransaction, { id, runId }: Enrichment): Promise<void> {
    await tx.enrichments.move(id, { state: 'running', step: 'ask' });
    await tx.runs.progress(runId, 'running', 'ask');
    const what = 'Kept the passages that were chosen before';
    await tx.runs.addEvents(runId, [{ at: this.on.now(), step: 'retrieve', what, outcome: 'skipped' }]);
  }

  /**
   * Made before the transaction that searches: a paid embedder is a network call. Null where the vector leg weighs
   * nothing, and while the embedder is down: a ticket is better answered by words than late.
   */
  private async vectorOf(orgId: string, query: string): Promise<WeighedVector | null> {
    const [profile] = await this.on.tenants.withTenant(orgId, (tx) => tx.search.profilesToFill());
    if (!profile || profile.fusionWeight === 0) return null;
    try {
      const [values] = await this.on.embedderFor(profile).embed([query], 'query');
      return values ? { profileId: profile.id, values, weight: profile.fusionWeight } : null;
    } catch (error) {
      if (error instanceof EmbedderUnavailable || error instanceof DocketError) return null;
      throw error;
    }
  }
}

/** A query under the active profile, with the profile's share in fusion. */
interface WeighedVector {
  profileId: number;
  values: Float32Array;
  weight: number;
}

/** What was taken up, as it is now stored. */
async function begun(tx: TenantTransaction, enrichmentId: string): Promise<Begun | GatherEvidenceResult> {
  const enrichment = await tx.enrichments.find(enrichmentId);
  const revision = enrichment && (await tx.tickets.revision(enrichment.ticketId, enrichment.revision));
  if (!revision) return { outcome: 'ended' };
  const pinned = isPinned(enrichment) ? (await tx.evidence.passages(enrichmentId)).length : null;
  return { ...revision, pinned, taxonomyVersion: enrichment.taxonomyVersion ?? 0 };
}

/** Its passages were chosen and are to be kept: the step says how far it had come, or from where on it is made again. */
function isPinned({ evidence, step }: Enrichment): boolean {
  return evidence !== null && step !== null && !BEFORE_ASKING.has(step);
}

const BEFORE_ASKING: ReadonlySet<EnrichmentStep> = new Set(['prepare', 'retrieve']);

async function retrieve(
  tx: TenantTransaction,
  text: string,
  vector: WeighedVector | null,
): Promise<RetrievedPassage[]> {
  const hits = await searchPassages(
    tx,
    { text, vector, mode: 'hybrid', filter: {}, limit: PASSAGES_FETCHED },
    vector?.weight ?? 0,
  );
  return packPassages(
    hits.flatMap((hit) => {
      const [document] = hit.documents;
      if (!document) return [];
      const { chunkId, sectionPath, charStart, score, lexicalRank, vectorRank } = hit;
      return [
        {
          chunkId,
          documentId: document.id,
          title: document.title,
          sourceUrl: document.sourceUrl,
          sectionPath,
          text: hit.text,
          charStart,
          score,
          lexicalRank,
          vectorRank,
        },
      ];
    }),
  );
}

async function confidenceIn(
  tx: TenantTransaction,
  opening: string,
  passages: readonly RetrievedPassage[],
): Promise<Pick<EnrichmentEvidence, 'signals' | 'retrievalConfidence'>> {
  const frequencies = await tx.lexemes.frequencies(signalTerms(opening));
  const candidates = passages.map(({ title, sectionPath, text }) => ({ title, headings: sectionPath, text }));
  const signals = retrievalSignals(opening, candidates, frequencies);
  return { signals, retrievalConfidence: retrievalConfidence(signals) };
}

function openingOf(subject: string, { paragraphs }: ReducedTicket): string {
  return `${subject}\n${paragraphs.slice(0, 2).join('\n').slice(0, 1_000)}`;
}

function elapsed(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
