import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AVERAGE_CHUNK_TERMS,
  BM25_B,
  BM25_K1,
  HIGHEST_TERM_ID,
  inverseDocumentFrequency,
  queryWeights,
  termId,
  termWeights,
} from '@docket/domain/search/lexical';

describe('termId', () => {
  it('never changes, since ids are stored', () => {
    // FNV-1a of "a" and "foobar" as in the reference vectors, modulo 999,999,999, plus one.
    expect(termId('a')).toBe((0xe40c292c % 999_999_999) + 1);
    expect(termId('foobar')).toBe((0xbf9cf968 % 999_999_999) + 1);
    expect(termId('é')).not.toBe(termId('e'));
  });

  it('is a dimension of the sparse vector for any term', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (term) => {
        expect(termId(term)).toBeGreaterThanOrEqual(1);
        expect(termId(term)).toBeLessThanOrEqual(HIGHEST_TERM_ID);
      }),
    );
  });
});

describe('termWeights', () => {
  it('is the document half of BM25', () => {
    const terms = ['kiosk', 'kiosk', 'pin'];
    const factor = BM25_K1 * (1 - BM25_B + (BM25_B * 3) / AVERAGE_CHUNK_TERMS);
    const weights = termWeights(terms);
    expect(weights.get(termId('kiosk'))).toBeCloseTo((2 * (BM25_K1 + 1)) / (2 + factor));
    expect(weights.get(termId('pin'))).toBeCloseTo((BM25_K1 + 1) / (1 + factor));
    expect(weights.size).toBe(2);
  });

  it('counts a term of a neighbour, but less than one of the chunk', () => {
    const weights = termWeights(['pin'], [['kiosk'], []]);
    const own = weights.get(termId('pin')) ?? 0;
    const borrowed = weights.get(termId('kiosk')) ?? 0;
    expect(borrowed).toBeGreaterThan(0);
    expect(borrowed).toBeLessThan(own);
  });

  it('has no weight for a chunk without terms', () => {
    expect(termWeights([]).size).toBe(0);
  });
});

describe('inverseDocumentFrequency', () => {
  it('is positive and finite whatever the counts say', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 1_000 }),
        fc.integer({ min: -5, max: 1_000 }),
        (frequency, total) => {
          const idf = inverseDocumentFrequency(frequency, total);
          expect(Number.isFinite(idf)).toBe(true);
          expect(idf).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('falls as a term becomes common', () => {
    expect(inverseDocumentFrequency(1, 100)).toBeGreaterThan(inverseDocumentFrequency(50, 100));
    expect(inverseDocumentFrequency(50, 100)).toBeGreaterThan(inverseDocumentFrequency(100, 100));
  });
});

describe('queryWeights', () => {
  it('weighs a rare term above a common one, and a repeated one by the root of its count', () => {
    const weights = queryWeights(
      ['kiosk', 'pin', 'pin'],
      new Map([
        [termId('kiosk'), 1],
        [termId('pin'), 90],
      ]),
      100,
    );
    expect(weights.get(termId('kiosk')) ?? 0).toBeGreaterThan(weights.get(termId('pin')) ?? 0);
    expect(weights.get(termId('pin'))).toBeCloseTo(Math.SQRT2 * inverseDocumentFrequency(90, 100));
  });

  it('keeps terms that no chunk has', () => {
    expect(queryWeights(['unheard'], new Map(), 100).get(termId('unheard'))).toBeGreaterThan(0);
  });
});
