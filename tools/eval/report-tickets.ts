import { SPLITS } from './evaluate.ts';
import {
  abstentionCurve,
  type JudgedTicket,
  type TicketEvaluation,
  type TicketMeasures,
} from './ticket-measures.ts';

const HEADINGS: Record<keyof TicketMeasures, string> = {
  tickets: 'tickets',
  categoryAccuracy: 'category',
  categoryMacroF1: 'macro-F1',
  nearestAccuracy: 'nearest',
  priorityAccuracy: 'priority',
  teamAccuracy: 'team',
  recall5: 'recall@5',
  ndcg10: 'nDCG@10',
  answered: 'answered',
  citations: 'citations',
  citationsVerbatim: 'verbatim',
  citationsRelevant: 'relevant',
  abstentionPrecision: 'abst. P',
  abstentionRecall: 'abst. R',
  costMicrosPerTicket: 'micro-$',
};
const COLUMNS = Object.keys(HEADINGS) as (keyof TicketMeasures)[];

/** A change below the fourth digit that is kept is rounding. */
const ROUNDING = 0.00005;

export function ticketTable(evaluation: TicketEvaluation): string {
  const parts = Object.entries(evaluation).flatMap(([provider, measures]) =>
    SPLITS.map((split) => ({ name: `${provider}: ${split}`, measures: measures[split] })),
  );
  return parts
    .flatMap(({ name, measures }) => [
      `\ntickets, ${name}`,
      ...COLUMNS.map((column) => `  ${HEADINGS[column].padEnd(10)} ${measures[column]}`),
    ])
    .join('\n');
}

export function curveTable(name: string, judged: readonly JudgedTicket[]): string {
  const rows = abstentionCurve(judged).map(({ threshold, answered, found, unanswerableAnswered }) =>
    [threshold, answered, found, unanswerableAnswered].map((cell) => String(cell).padStart(10)).join(' '),
  );
  const heading = ['threshold', 'answered', 'found', 'unansw.'].map((cell) => cell.padStart(10)).join(' ');
  return [`\nabstention by retrieval confidence, ${name}`, heading, ...rows].join('\n');
}

export function latencyLine(judged: readonly JudgedTicket[]): string {
  const sorted = judged.map(({ latencyMs }) => latencyMs).sort((left, right) => left - right);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return `model's own time, of this run: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`;
}

/** What is otherwise than committed, and what must never be. Only providers that were asked now are compared. */
export function compareTickets(committed: TicketEvaluation, now: TicketEvaluation): string[] {
  return Object.entries(now).flatMap(([provider, measures]) =>
    SPLITS.flatMap((split) => {
      const before = committed[provider]?.[split];
      const after = measures[split];
      const complaints = COLUMNS.flatMap((column) => {
        if (!before || Math.abs(after[column] - before[column]) < ROUNDING) return [];
        return [
          `otherwise than committed: ${provider} ${split} ${HEADINGS[column]} ${before[column]} -> ${after[column]}`,
        ];
      });
      if (after.citations > 0 && after.citationsVerbatim < 1)
        complaints.push(`target missed: ${provider} ${split} stored a citation that is not verbatim`);
      return complaints;
    }),
  );
}
