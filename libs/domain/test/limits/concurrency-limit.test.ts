import {
  coldLimit,
  inCompany,
  nextLimit,
  type Company,
  type ConcurrencyLimit,
} from '@docket/domain/limits/concurrency-limit';
import { describe, expect, it } from '@jest/globals';

const MOST = 25;
const ALONE_MS = 80;

/** How long a piece takes on a machine that does so many at once, and has the rest wait. */
function machine(places: number): (underWay: number) => number {
  return (underWay) => ALONE_MS * Math.max(1, underWay / places);
}

function after(
  looks: number,
  took: (underWay: number) => number | null,
  most = MOST,
  company: Company = 'alone',
): ConcurrencyLimit[] {
  const seen: ConcurrencyLimit[] = [];
  let limit = inCompany(coldLimit(most), company);
  for (let look = 0; look < looks; look += 1) {
    limit = nextLimit(limit, took(limit.limit), most);
    seen.push(limit);
  }
  return seen;
}

function meanOf(seen: readonly ConcurrencyLimit[]): number {
  return seen.reduce((sum, { limit }) => sum + limit, 0) / seen.length;
}

describe('how many may be under way', () => {
  it('is as many as allowed after a few looks where they do not hinder each other', () => {
    expect(after(4, machine(1_000)).map(({ limit }) => limit)).toEqual([4, 8, 16, MOST]);
  });

  it.each([2, 4, 8])('stays about what a machine for %i does at once, for hours', (places) => {
    const settled = after(5_000, machine(places)).slice(20);
    const most = Math.max(...settled.map(({ limit }) => limit));
    // None waits for long, and no place stands empty for long.
    expect(most).toBeLessThanOrEqual(Math.ceil(places * 1.5) + 1);
    expect(meanOf(settled)).toBeGreaterThanOrEqual(places * 0.9);
  });

  it.each([2, 4, 8])('has them wait for each other less beside other work, on a machine for %i', (places) => {
    const settled = (company: Company) => after(5_000, machine(places), MOST, company).slice(20);
    const beside = meanOf(settled('beside'));
    expect(beside).toBeLessThan(meanOf(settled('alone')));
    expect(beside).toBeLessThanOrEqual(places * 1.25 + 1);
    expect(beside).toBeGreaterThanOrEqual(places * 0.8);
  });

  it('falls to few at once when others come, is found anew beside them, and again when they are gone', () => {
    const [free] = after(10, machine(12)).slice(-1);
    const beside = inCompany(free ?? coldLimit(MOST), 'beside');
    expect([free?.limit, beside.limit]).toEqual([expect.any(Number), 2]);
    expect(free?.limit).toBeGreaterThan(12);
    expect(inCompany(beside, 'beside')).toEqual(beside);
    const next = nextLimit(beside, machine(12)(2), MOST);
    expect(next.limit).toBe(3);
    expect(nextLimit(inCompany(next, 'alone'), machine(12)(3), MOST).limit).toBe(6);
  });

  it('grows again when the machine has become free', () => {
    let places = 2;
    let look = 0;
    const seen = after(100, (underWay) => {
      look += 1;
      if (look === 50) places = 100;
      return machine(places)(underWay);
    });
    expect(seen[48]?.limit).toBeLessThan(6);
    expect(seen.at(-1)?.limit).toBe(MOST);
  });

  it('comes back from a machine that was busy with something else, whatever it took meanwhile', () => {
    let look = 0;
    const seen = after(60, (underWay) => ((look += 1) < 20 ? 50 * ALONE_MS : machine(1_000)(underWay)));
    expect(seen.at(-1)?.limit).toBe(MOST);
  });

  it('takes what always takes longer now for what it takes, in the end', () => {
    let look = 0;
    const seen = after(100, (underWay) => ((look += 1) < 20 ? 1 : 4) * machine(100)(underWay));
    expect(Math.min(...seen.slice(20).map(({ limit }) => limit))).toBeLessThanOrEqual(2);
    expect(seen.at(-1)?.limit).toBe(MOST);
  });

  it('stays as it was when nothing was seen', () => {
    const [limit] = after(1, machine(1_000));
    expect(nextLimit(limit ?? coldLimit(MOST), null, MOST)).toEqual(limit);
  });

  it.each([1, 2, 3])('is never more than %i where no more are allowed, and never none', (most) => {
    for (const { limit } of after(100, (underWay) => underWay * 1_000 * ((underWay % 2) + 0.001), most)) {
      expect(limit).toBeLessThanOrEqual(most);
      expect(limit).toBeGreaterThanOrEqual(1);
    }
  });

  it('follows what the operator allows when that was made less', () => {
    const known = { limit: 25, floorMs: 80, isProbing: false };
    expect(nextLimit(known, 80, 10).limit).toBe(10);
    expect(nextLimit(known, null, 10).limit).toBe(10);
  });
});
