import { describe, expect, it } from '@jest/globals';
import { knowledgeBase } from '../../../tools/client/samples.ts';
import { sampleTaxonomy, sampleTickets } from '../../../tools/client/sample-tickets.ts';
import { compareTickets } from '../../../tools/eval/report-tickets.ts';
import { abstentionCurve, measureTickets, type JudgedTicket } from '../../../tools/eval/ticket-measures.ts';

const ANSWER = { document: 'a.md', quote: 'The export runs every night at two.' };
const RIGHT = { document: 'a.md', text: 'The export runs every night at two.' };

function judged(changes: Partial<JudgedTicket>): JudgedTicket {
  return {
    expected: { category: 'time', priority: 'low', team: 't', answers: [ANSWER] },
    shown: { category: 'time', priority: 'low', team: 't', answerable: true },
    nearest: 'time',
    passages: [{ document: 'b.md', text: 'Something else.' }, RIGHT],
    citations: [{ ...RIGHT, isVerbatim: true }],
    retrievalConfidence: 0.55,
    costMicros: 10,
    latencyMs: 1,
    ...changes,
  };
}

const unanswerable = (answerable: boolean): JudgedTicket =>
  judged({
    expected: { category: 'other', priority: 'low', team: 't', answers: [] },
    shown: { category: 'time', priority: 'low', team: 't', answerable },
    citations: answerable ? [{ document: 'b.md', text: 'Something else.', isVerbatim: false }] : [],
    retrievalConfidence: 0.2,
  });

describe('what is measured of tickets', () => {
  it('counts sorting, retrieval, citations and abstention apart', () => {
    const abstained = judged({ shown: { ...judged({}).shown, answerable: false }, citations: [] });
    expect(measureTickets([judged({}), abstained, unanswerable(true), unanswerable(false)])).toMatchObject({
      tickets: 4,
      categoryAccuracy: 0.5,
      // Time: 2 of 4 named are right, and both that were due; other: none.
      categoryMacroF1: 0.3333,
      recall5: 1,
      answered: 2,
      citations: 2,
      citationsVerbatim: 0.5,
      citationsRelevant: 0.5,
      abstentionPrecision: 0.5,
      abstentionRecall: 0.5,
      costMicrosPerTicket: 10,
    });
  });

  it('draws the curve of abstention', () => {
    const points = abstentionCurve([judged({}), unanswerable(false)]);
    expect(points.find(({ threshold }) => threshold === 0.2)).toMatchObject({
      answered: 2,
      found: 1,
      unanswerableAnswered: 1,
    });
    expect(points.find(({ threshold }) => threshold === 0.6)).toMatchObject({ answered: 0 });
  });

  it('complains of each figure that moved, and of a citation that is not verbatim', () => {
    const part = measureTickets([judged({})]);
    const now = { model: { tune: part, report: part } };
    expect(compareTickets(now, now)).toEqual([]);
    const worse = measureTickets([judged({ citations: [{ ...RIGHT, isVerbatim: false }] })]);
    expect(compareTickets(now, { model: { tune: part, report: worse } })).toEqual([
      'otherwise than committed: model report verbatim 1 -> 0',
      'target missed: model report stored a citation that is not verbatim',
    ]);
  });
});

describe('the sample tickets', () => {
  it('are labelled in their taxonomy, and quote what stands in the knowledge base', () => {
    const { categories, priorities } = sampleTaxonomy();
    const texts = new Map(
      knowledgeBase().map(({ fileName, bytes }) => [fileName, Buffer.from(bytes).toString()]),
    );
    for (const { id, category, priority, kind, answers } of sampleTickets()) {
      expect({ id, known: categories.some(({ key }) => key === category) }).toEqual({ id, known: true });
      expect({ id, known: priorities.some(({ key }) => key === priority) }).toEqual({ id, known: true });
      if (kind === 'unanswerable') expect(answers).toEqual([]);
      for (const { document, quote } of answers)
        expect(wordsOf(texts.get(document))).toContain(wordsOf(quote));
    }
  });

  it('are enough of each kind, in both parts', () => {
    expect(sampleTickets().length).toBeGreaterThanOrEqual(120);
    for (const split of ['tune', 'report'])
      for (const kind of ['plain', 'typos', 'language', 'unanswerable', 'hostile'])
        expect(
          sampleTickets().filter((ticket) => ticket.split === split && ticket.kind === kind).length,
        ).toBeGreaterThanOrEqual(2);
  });
});

/** Without tags, marks and entities: a quote is given as it reads. */
function wordsOf(text = ''): string {
  return (
    text
      .replace(/<[^>]*>/g, ' ')
      .replace(/&\w+;/g, ' ')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).join(' ');
}
