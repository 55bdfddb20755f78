import type { Sentiment } from './model-reply.js';

export const ABSTAIN_REASONS = ['no_passage', 'below_threshold', 'citations_unsupported'] as const;
export type AbstainReason = (typeof ABSTAIN_REASONS)[number];

/** A passage that was retrieved for one run. Database ids. */
export interface Passage {
  chunkId: string;
  documentId: string;
  title: string;
  sourceUrl: string | null;
  sectionPath: string[];
  /** Exactly the document's text from `charStart` on. */
  text: string;
  charStart: number;
}

export interface ResultCitation {
  marker: number;
  chunkId: string;
  documentId: string;
  title: string;
  sourceUrl: string | null;
  /** The source's own characters, from `charStart` to `charEnd` of its extracted text. */
  quote: string;
  charStart: number;
  charEnd: number;
}

/** What an enrichment shows. Every citation is verbatim in a passage that was retrieved for it. */
export interface EnrichmentResult {
  summary: string;
  language: string;
  category: { key: string; confidence: number };
  priority: { key: string; reason: string };
  sentiment: Sentiment;
  tags: string[];
  team: string | null;
  answerable: boolean;
  abstainReason: AbstainReason | null;
  suggestedReply: { text: string; citations: ResultCitation[] } | null;
  provider: string;
  model: string;
}

/** The labels under which a model sees the passages of its run, in their order. */
export function passageLabel(index: number): string {
  return `P${index + 1}`;
}
