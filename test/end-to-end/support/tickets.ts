export const SENTENCE = 'The payroll export runs every night at 02:00.';
export const ARTICLE = `# Payroll exports\n\n${SENTENCE} It takes about four minutes.\n`;
/** 1000 * 2 + 200 * 10, in millionths of a dollar. */
export const COST_OF_A_CALL = 4_000;

export interface EnrichmentAnswer {
  id: string;
  state: string;
  error: { code: string; message: string } | null;
  result: {
    answerable: boolean;
    abstainReason: string | null;
    provider: string;
    category: { key: string };
    suggestedReply: { text: string; citations: { quote: string; chunkId: string; marker: number }[] } | null;
  } | null;
  trace: {
    costMicros: number | null;
    repaired: boolean;
    problems: string[];
    calls: { round: number; outcome: string; output: string | null; costMicros: number | null }[];
    passages: { chunkId: string; text: string; label: string }[];
  };
}

export interface Enriched extends EnrichmentAnswer {
  ticketId: string;
}

/** A reply that keeps to the form, with changes. */
export function reply(changes: object = {}): string {
  return JSON.stringify({
    summary: 'Asks when the export runs.',
    language: 'en',
    category: 'question',
    categoryConfidence: 0.9,
    priority: 'normal',
    priorityReason: 'A question.',
    sentiment: 'neutral',
    tags: [],
    team: null,
    answerable: true,
    reply: 'It runs every night at two. [1]',
    citations: [{ marker: 1, passage: 'P1', quote: SENTENCE }],
    ...changes,
  });
}
