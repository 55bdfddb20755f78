import { EmbedderUnavailable } from '@docket/adapters/embedding/unavailable';
import type { EmbeddingProfile } from '@docket/db/embedding-profiles';
import type { EnrichmentEvidence } from '@docket/db/enrichments';
import type { RetrievedPassage } from '@docket/db/evidence';
import { searchPassages } from '@docket/db/passage-search';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { packPassages } from '@docket/domain/enrichment/pack-passages';
import {
  retrievalConfidence,
  retrievalSignals,
  signalTerms,
} from '@docket/domain/enrichment/retrieval-confidence';
import { DocketError } from '@docket/domain/errors';
import { guessLanguage } from '@docket/domain/text/language-guess';
import { ticketQuery } from '@docket/domain/ticket/query';
import { reduceTicket, type ReducedTicket } from '@docket/domain/ticket/reduce';
import { PASSAGES_FETCHED, type TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';
import type { Sorted, SortingBasis } from './ticket-sorter.js';

/** What a ticket says, and what is known of its language. */
export interface TicketText {
  subject: string;
  body: string;
  language: string | null;
}

/** What evidence is found by, as it is when a ticket is read. */
export interface Surroundings extends SortingBasis {
  /** Null where vectors weigh nothing. */
  profile: EmbeddingProfile | null;
}

/** All that a search in the database takes. */
export interface PreparedSearch {
  ticket: TicketText;
  reduced: ReducedTicket;
  query: string;
  /** Subject and paragraphs as one text. */
  text: string;
  sorted: Sorted;
  vector: WeighedVector | null;
}

export interface FoundEvidence {
  passages: RetrievedPassage[];
  evidence: EnrichmentEvidence;
  exampleIds: string[];
}

/** A query under the active profile, with the profile's share in fusion. */
interface WeighedVector {
  profileId: number;
  values: Float32Array;
  weight: number;
}

/** Finds what a model is asked about: passages, the nearest labelled tickets, how a linear model would sort the ticket. */
export class EvidenceFinder {
  constructor(private readonly on: Pick<TicketEnrichmentDependencies, 'embedderFor' | 'sorter'>) {}

  /** @param version of the taxonomy; the newest where it is not given */
  async surroundings(tx: TenantTransaction, version?: number): Promise<Surroundings> {
    const { version: taxonomyVersion, taxonomy } = await tx.taxonomies.find(version);
    const examples = await tx.examples.fingerprint();
    const [profile] = await tx.search.profilesToFill();
    const weighs = profile && profile.fusionWeight > 0 ? profile : null;
    return { taxonomyVersion, taxonomy, examples, profile: weighs };
  }

  /** What can be prepared without asking anybody, or null where that is not enough: a transaction may wait for this. */
  prepareAtOnce(orgId: string, ticket: TicketText, surroundings: Surroundings): PreparedSearch | null {
    if (surroundings.profile) return null;
    const read = readTicket(ticket);
    const sorted = this.on.sorter.sortAtOnce(orgId, surroundings, read.text);
    return sorted && { ...read, sorted, vector: null };
  }

  /** Learns from the org's examples, and asks the embedder. Belongs outside of transactions. */
  async prepare(orgId: string, ticket: TicketText, surroundings: Surroundings): Promise<PreparedSearch> {
    const read = readTicket(ticket);
    const sorted = await this.on.sorter.sort(orgId, surroundings, read.text);
    return { ...read, sorted, vector: await this.vectorOf(surroundings.profile, read.query) };
  }

  async find(tx: TenantTransaction, prepared: PreparedSearch): Promise<FoundEvidence> {
    const { ticket, reduced, query, text, sorted, vector } = prepared;
    const passages = await retrieve(tx, query, vector);
    const language = ticket.language?.toLowerCase().split('-', 1)[0] ?? guessLanguage(text);
    const evidence: EnrichmentEvidence = {
      query,
      language,
      ...(await confidenceIn(tx, openingOf(ticket.subject, reduced), passages)),
      predictions: sorted.predictions,
      passages: passages.length,
    };
    return { passages, evidence, exampleIds: sorted.exampleIds };
  }

  /** Null while the embedder is down: a ticket is better answered by words than late. */
  private async vectorOf(profile: EmbeddingProfile | null, query: string): Promise<WeighedVector | null> {
    if (!profile) return null;
    try {
      const [values] = await this.on.embedderFor(profile).embed([query], 'query');
      return values ? { profileId: profile.id, values, weight: profile.fusionWeight } : null;
    } catch (error) {
      if (error instanceof EmbedderUnavailable || error instanceof DocketError) return null;
      throw error;
    }
  }
}

function readTicket(ticket: TicketText): Omit<PreparedSearch, 'sorted' | 'vector'> {
  const reduced = reduceTicket(ticket.body);
  const text = `${ticket.subject}\n${reduced.paragraphs.join('\n')}`;
  return { ticket, reduced, query: ticketQuery(ticket.subject, reduced), text };
}

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
