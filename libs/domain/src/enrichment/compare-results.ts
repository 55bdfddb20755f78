import type { EnrichmentResult, ResultCitation } from './enrichment-result.js';

/** The fields of a result that are compared, in the order in which people read them. */
export const COMPARED_FIELDS = [
  'category',
  'categoryConfidence',
  'priority',
  'priorityReason',
  'team',
  'tags',
  'sentiment',
  'language',
  'summary',
  'answerable',
  'abstainReason',
  'reply',
  'citations',
  'provider',
  'model',
] as const;
export type ComparedField = (typeof COMPARED_FIELDS)[number];

type FieldValue = string | number | boolean | string[] | null;

/** One field that came out otherwise. */
export interface FieldChange {
  field: Exclude<ComparedField, 'citations'>;
  before: FieldValue;
  after: FieldValue;
}

export interface ResultDiff {
  /** Names of all fields that differ. */
  changed: ComparedField[];
  /** Their values, citations apart. */
  fields: FieldChange[];
  citations: { kept: ResultCitation[]; added: ResultCitation[]; removed: ResultCitation[] };
}

/**
 * What came out otherwise, field by field; a side without a result has null in every field. Two citations are the same
 * where they quote the same characters of the same passage, whatever their markers.
 */
export function compareResults(before: EnrichmentResult | null, after: EnrichmentResult | null): ResultDiff {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  const fields = COMPARED_FIELDS.flatMap((field): FieldChange[] => {
    if (field === 'citations' || isSame(old[field], now[field])) return [];
    return [{ field, before: old[field], after: now[field] }];
  });
  const citations = compareCitations(citationsOf(before), citationsOf(after));
  const isCitedOtherwise = citations.added.length + citations.removed.length > 0;
  const names = new Set<ComparedField>(fields.map(({ field }) => field));
  if (isCitedOtherwise) names.add('citations');
  return { changed: COMPARED_FIELDS.filter((field) => names.has(field)), fields, citations };
}

type Values = Record<Exclude<ComparedField, 'citations'>, FieldValue>;

function valuesOf(result: EnrichmentResult | null): Values {
  if (!result) return NOTHING;
  const { category, priority, suggestedReply, tags, team, sentiment, language, summary } = result;
  const { answerable, abstainReason, provider, model } = result;
  return {
    category: category.key,
    categoryConfidence: category.confidence,
    priority: priority.key,
    priorityReason: priority.reason,
    ...{ team, tags: [...tags].sort(), sentiment, language, summary, answerable, abstainReason },
    reply: suggestedReply?.text ?? null,
    ...{ provider, model },
  };
}

const NOTHING: Values = {
  ...{
    category: null,
    categoryConfidence: null,
    priority: null,
    priorityReason: null,
    team: null,
    tags: null,
  },
  ...{ sentiment: null, language: null, summary: null, answerable: null, abstainReason: null, reply: null },
  ...{ provider: null, model: null },
};

function isSame(left: FieldValue, right: FieldValue): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function citationsOf(result: EnrichmentResult | null): ResultCitation[] {
  return result?.suggestedReply?.citations ?? [];
}

function compareCitations(before: readonly ResultCitation[], after: readonly ResultCitation[]) {
  const [old, now] = [new Set(before.map(placeOf)), new Set(after.map(placeOf))];
  return {
    kept: after.filter((citation) => old.has(placeOf(citation))),
    added: after.filter((citation) => !old.has(placeOf(citation))),
    removed: before.filter((citation) => !now.has(placeOf(citation))),
  };
}

function placeOf({ chunkId, charStart, charEnd }: ResultCitation): string {
  return `${chunkId}:${charStart}:${charEnd}`;
}
