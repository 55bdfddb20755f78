import type { Split } from './evaluate.ts';
import { judge, type Answer, type Retrieved } from './judge.ts';

/** What became of one labelled ticket. */
export interface JudgedTicket {
  expected: { category: string; priority: string; team: string; answers: readonly Answer[] };
  shown: { category: string; priority: string; team: string | null; answerable: boolean };
  /** The category of the labelled ticket that is most like it; null without any. */
  nearest: string | null;
  passages: readonly Retrieved[];
  citations: readonly (Retrieved & { isVerbatim: boolean })[];
  retrievalConfidence: number;
  costMicros: number;
  latencyMs: number;
}

export interface TicketMeasures {
  tickets: number;
  categoryAccuracy: number;
  categoryMacroF1: number;
  /** What the nearest labelled ticket alone would have reached. */
  nearestAccuracy: number;
  priorityAccuracy: number;
  teamAccuracy: number;
  recall5: number;
  ndcg10: number;
  answered: number;
  citations: number;
  citationsVerbatim: number;
  /** Citations out of a passage that holds a labelled answer of their ticket. */
  citationsRelevant: number;
  /** Of the tickets without a reply, those that nothing in the knowledge base answers. */
  abstentionPrecision: number;
  /** Of the tickets that nothing answers, those without a reply. */
  abstentionRecall: number;
  costMicrosPerTicket: number;
}

export type TicketEvaluation = Record<string, Record<Split, TicketMeasures>>;

export function measureTickets(judged: readonly JudgedTicket[]): TicketMeasures {
  const answerable = judged.filter(({ expected }) => expected.answers.length > 0);
  const abstained = judged.filter(({ shown }) => !shown.answerable);
  const unanswerable = judged.filter(({ expected }) => expected.answers.length === 0);
  const citations = judged.flatMap((ticket) => ticket.citations.map((citation) => ({ ticket, citation })));
  const ranked = answerable.map(({ expected, passages }) => judge(expected.answers, passages));
  return {
    tickets: judged.length,
    categoryAccuracy: share(judged, ({ expected, shown }) => expected.category === shown.category),
    categoryMacroF1: macroF1(judged),
    nearestAccuracy: share(judged, ({ expected, nearest }) => expected.category === nearest),
    priorityAccuracy: share(judged, ({ expected, shown }) => expected.priority === shown.priority),
    teamAccuracy: share(judged, ({ expected, shown }) => expected.team === shown.team),
    recall5: mean(ranked.map(({ recall5 }) => recall5)),
    ndcg10: mean(ranked.map(({ ndcg10 }) => ndcg10)),
    answered: judged.length - abstained.length,
    citations: citations.length,
    citationsVerbatim: share(citations, ({ citation }) => citation.isVerbatim),
    citationsRelevant: share(citations, ({ ticket, citation }) => isRelevant(ticket, citation)),
    abstentionPrecision: share(abstained, ({ expected }) => expected.answers.length === 0),
    abstentionRecall: share(unanswerable, ({ shown }) => !shown.answerable),
    costMicrosPerTicket: mean(judged.map(({ costMicros }) => costMicros)),
  };
}

/** One point of the curve of abstention: what a model that answers from this confidence on would do. */
export interface CurvePoint {
  threshold: number;
  answered: number;
  /** Of these, tickets that had a labelled passage among those shown. */
  found: number;
  unanswerableAnswered: number;
}

export function abstentionCurve(judged: readonly JudgedTicket[]): CurvePoint[] {
  return [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map((threshold) => {
    const answered = judged.filter(({ retrievalConfidence }) => retrievalConfidence >= threshold);
    return {
      threshold,
      answered: answered.length,
      found: answered.filter(wasFound).length,
      unanswerableAnswered: answered.filter(({ expected }) => expected.answers.length === 0).length,
    };
  });
}

function wasFound({ expected, passages }: JudgedTicket): boolean {
  return expected.answers.some((answer) => judge([answer], passages).recall10 > 0);
}

function isRelevant({ expected }: JudgedTicket, citation: Retrieved): boolean {
  return expected.answers.some((answer) => judge([answer], [citation]).recall5 > 0);
}

/** The mean of F1 over the categories that occur, however rare each is. */
function macroF1(judged: readonly JudgedTicket[]): number {
  const categories = [...new Set(judged.map(({ expected }) => expected.category))];
  return mean(
    categories.map((category) => {
      const right = judged.filter(
        ({ expected, shown }) => expected.category === category && shown.category === category,
      ).length;
      const named = judged.filter(({ shown }) => shown.category === category).length;
      const due = judged.filter(({ expected }) => expected.category === category).length;
      return named + due === 0 ? 0 : (2 * right) / (named + due);
    }),
  );
}

function share<T>(all: readonly T[], holds: (one: T) => boolean): number {
  return mean(all.map((one) => (holds(one) ? 1 : 0)));
}

/** Of nothing it is 0. Four digits: more would be noise of the platform. */
function mean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(4));
}
