import { describe, expect, it } from '@jest/globals';
import { reduceTicket } from '@docket/domain/ticket/reduce';
import { ticketQuery } from '@docket/domain/ticket/query';
import { summariseTicket } from '@docket/domain/enrichment/summarise';

const BODY = `Hi team,

our nightly payroll export fails since Monday. How do we get Friday's file?

2026-05-04T02:00:01Z INFO export started
2026-05-04T02:00:09Z ERROR ExportError: PX-204 missing pay code for 17 people
    at ExportJob.run (export.js:10:3)
    at Scheduler.tick (scheduler.js:44:9)

Kind regards,
Priya
Bakery Ltd, +44 20 7946 0018

On Fri, 1 May 2026, Support wrote:
> Please install the old printer driver.
`;

describe('a ticket', () => {
  const reduced = reduceTicket(BODY);

  it('is cut down to its author’s own words', () => {
    expect(reduced.paragraphs).toEqual([
      'Hi team,',
      "our nightly payroll export fails since Monday. How do we get Friday's file?",
    ]);
  });

  it('keeps of its logs what identifies them', () => {
    expect(reduced.evidence).toEqual(['ERROR ExportError: PX-204 missing pay code for 17 people']);
  });

  it('is searched for by subject and first paragraph twice, and by no signature, quote or stack', () => {
    const query = ticketQuery('Re: AW: Export fails', reduced);
    expect(query.match(/Export fails/g)).toHaveLength(2);
    expect(query.match(/nightly payroll/g)).toHaveLength(2);
    expect(query).toContain('PX-204');
    expect(query).not.toMatch(/printer|Bakery|Scheduler|Re:|Hi team/);
  });

  it('of nothing but quotes or emoji keeps its text', () => {
    expect(reduceTicket('> only a quote').paragraphs).toEqual(['> only a quote']);
    expect(reduceTicket('😀😀').paragraphs).toEqual(['😀😀']);
    expect(reduceTicket('')).toEqual({ paragraphs: [], evidence: [] });
  });

  it('of a megabyte is read in no time', () => {
    const startedAt = performance.now();
    reduceTicket('a b > '.repeat(200_000));
    reduceTicket('x'.repeat(1_000_000));
    reduceTicket(`${' '.repeat(60_000)}regards`);
    // Linear work is done in a fraction of a second, also on a busy machine; what is quadratic takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  it('is summed up in its own sentences', () => {
    expect(summariseTicket('Export fails', reduced)).toBe(
      "our nightly payroll export fails since Monday. How do we get Friday's file?",
    );
    expect(summariseTicket('', reduceTicket(''))).toBe('–');
  });
});
