import type { EnrichmentResult, Passage, ResultCitation } from './enrichment-result.js';
import { findQuote } from './find-quote.js';
import { markersIn, statementsOf, withoutMarkers } from './markers.js';
import type { ModelReply } from './model-reply.js';
import { foreignAddresses } from './reply-addresses.js';
import { teamOf, type Taxonomy } from './taxonomy.js';

export interface CheckContext {
  taxonomy: Taxonomy;
  /** The passages of this run, by the label under which the model saw them. */
  passages: ReadonlyMap<string, Passage>;
  /** BCP 47 primary subtag of the ticket's language; null where it could not be told. */
  language: string | null;
  /** The language of a text, or null where it cannot be told. */
  languageOf: (text: string) => string | null;
  /** The prompt's own words, which no text may repeat. */
  instructions: string;
  /** Hosts and addresses a reply may name though no passage does. */
  allowedAddresses: readonly string[];
  /** False when the passages found are too weak to trust any answer that stands on them. */
  retrievalHolds: boolean;
}

export interface CheckedReply {
  result: Omit<EnrichmentResult, 'provider' | 'model'>;
  /** What the reply lost or was withheld for, in words a model can act on; empty when all of it held. */
  problems: string[];
  /** True when the problems cost the customer an answer, so that asking once more is worth its price. */
  withheld: boolean;
}

/**
 * Turns what a model said into what is shown. Only quotes that stand verbatim in a passage of this run become
 * citations, with the source's own characters and offsets; markers of the others go. A reply is withheld when a
 * statement loses everything it stood on, when nothing is cited, when it names an address that no cited passage does,
 * or when it is in another language than the ticket. Nothing that a model says about itself is believed.
 */
export function checkReply(reply: ModelReply, context: CheckContext): CheckedReply {
  const classified = classificationOf(reply, context);
  if (context.passages.size === 0) return abstained(classified, 'no_passage', []);
  if (!context.retrievalHolds) return abstained(classified, 'below_threshold', []);
  if (!reply.answerable) return abstained(classified, 'below_threshold', []);
  if (reply.reply === null || reply.reply.trim() === '')
    return abstained(classified, 'citations_unsupported', ['answerable is true and reply is empty.']);
  const { supported, problems } = supportedCitations(reply, context.passages);
  const kept = keepSupported(reply.reply, supported);
  const losses = [
    ...kept.problems,
    ...addressProblems(kept.text, kept.citations, context),
    ...languageProblems(kept.text, context),
  ];
  if (losses.length > 0) return abstained(classified, 'citations_unsupported', [...problems, ...losses]);
  return {
    result: {
      ...classified,
      answerable: true,
      abstainReason: null,
      suggestedReply: { text: kept.text, citations: kept.citations },
    },
    problems,
    withheld: false,
  };
}

type Classification = Omit<CheckedReply['result'], 'answerable' | 'abstainReason' | 'suggestedReply'>;

function classificationOf(reply: ModelReply, { taxonomy, language }: CheckContext): Classification {
  return {
    summary: reply.summary.trim(),
    language: language ?? (reply.language || 'und'),
    category: { key: reply.category, confidence: Math.round(reply.categoryConfidence * 1_000) / 1_000 },
    priority: { key: reply.priority, reason: reply.priorityReason.trim() },
    sentiment: reply.sentiment,
    tags: reply.tags,
    team: reply.team ?? teamOf(taxonomy, reply.category),
  };
}

function abstained(
  classified: Classification,
  abstainReason: NonNullable<EnrichmentResult['abstainReason']>,
  problems: string[],
): CheckedReply {
  return {
    result: { ...classified, answerable: false, abstainReason, suggestedReply: null },
    problems,
    withheld: problems.length > 0,
  };
}

/** Citations whose quotes are where they say, by marker. Two under one marker must both hold. */
function supportedCitations(
  reply: ModelReply,
  passages: ReadonlyMap<string, Passage>,
): { supported: Map<number, ResultCitation>; problems: string[] } {
  const supported = new Map<number, ResultCitation>();
  const broken = new Set<number>();
  const problems: string[] = [];
  for (const { marker, passage: label, quote } of reply.citations) {
    const passage = passages.get(label);
    const found = passage && findQuote(passage.text, quote);
    if (!passage || !found) {
      broken.add(marker);
      problems.push(
        passage
          ? `Citation [${marker}] is not verbatim in ${label}.`
          : `Citation [${marker}] names ${label.slice(0, 40)}, which is not among the passages.`,
      );
    } else if (!supported.has(marker)) {
      supported.set(marker, {
        marker,
        chunkId: passage.chunkId,
        documentId: passage.documentId,
        title: passage.title,
        sourceUrl: passage.sourceUrl,
        quote: found.quote,
        charStart: passage.charStart + found.start,
        charEnd: passage.charStart + found.end,
      });
    }
  }
  for (const marker of broken) supported.delete(marker);
  return { supported, problems };
}

/** The reply without the markers that stand for nothing, and the citations that its text refers to. */
function keepSupported(
  text: string,
  supported: ReadonlyMap<number, ResultCitation>,
): { text: string; citations: ResultCitation[]; problems: string[] } {
  const problems: string[] = [];
  for (const statement of statementsOf(text)) {
    const markers = markersIn(statement);
    if (markers.length > 0 && !markers.some((marker) => supported.has(marker)))
      problems.push(`This stands on nothing that was found: "${statement.trim().slice(0, 200)}"`);
  }
  const used = new Set(markersIn(text).filter((marker) => supported.has(marker)));
  if (used.size === 0) problems.push('The reply cites no passage that supports it.');
  return {
    text: withoutMarkers(text, (marker) => !used.has(marker)).trim(),
    citations: [...supported.values()].filter(({ marker }) => used.has(marker)),
    problems,
  };
}

function addressProblems(
  text: string,
  citations: readonly ResultCitation[],
  context: CheckContext,
): string[] {
  const cited = new Set(citations.map(({ chunkId }) => chunkId));
  const sources = [...context.passages.values()]
    .filter(({ chunkId }) => cited.has(chunkId))
    .flatMap(({ text: passage, sourceUrl }) => (sourceUrl === null ? [passage] : [passage, sourceUrl]));
  return foreignAddresses(text, sources, context.allowedAddresses).map(
    (address) => `The reply names ${address.slice(0, 100)}, which stands in no passage it cites.`,
  );
}

function languageProblems(text: string, { language, languageOf }: CheckContext): string[] {
  const own = languageOf(withoutMarkers(text, () => true));
  if (language === null || own === null || own === language) return [];
  return [`The reply is in ${own}; the ticket is in ${language}.`];
}
