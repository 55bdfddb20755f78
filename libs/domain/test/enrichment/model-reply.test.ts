import { describe, expect, it } from '@jest/globals';
import { modelReplySchema, readModelReply } from '@docket/domain/enrichment/model-reply';
import { settleOutput } from '@docket/domain/enrichment/settle-output';
import { context, reply, TAXONOMY } from './fixtures.ts';

const RAW = JSON.stringify(reply());

function withField(name: string, value: unknown): string {
  return JSON.stringify({ ...reply(), [name]: value });
}

describe('a raw output', () => {
  it('is read when it keeps to schema and taxonomy', () => {
    expect(readModelReply(RAW, TAXONOMY)).toEqual({ ok: true, reply: reply() });
  });

  it.each([
    ['a category outside the taxonomy', withField('category', 'admin')],
    ['a priority outside the taxonomy', withField('priority', 'p0')],
    ['a tag outside the taxonomy', withField('tags', ['csv', 'vip'])],
    ['a team outside the taxonomy', withField('team', 'executives')],
    ['another sentiment', withField('sentiment', 'ecstatic')],
    ['a confidence above 1', withField('categoryConfidence', 12)],
    ['a summary of another type', withField('summary', { text: 'x' })],
    ['an endless summary', withField('summary', 'x'.repeat(2_001))],
    ['a NUL', withField('summary', 'a\0b')],
    ['half a surrogate pair', withField('reply', 'a\ud800')],
    ['a field nobody asked for', withField('execute', 'rm')],
    [
      'a citation with a field more',
      withField('citations', [{ marker: 1, passage: 'P1', quote: 'x', url: 'y' }]),
    ],
    ['a missing field', JSON.stringify({ ...reply(), priority: undefined })],
    ['half of the JSON', RAW.slice(0, RAW.length / 2)],
    ['an array', '[]'],
    ['prose', 'Here is the result you asked for.'],
  ])('is refused for %s', (_, raw) => {
    const read = readModelReply(raw, TAXONOMY);
    expect(read.ok).toBe(false);
    expect(settleOutput(raw, context(), true).outcome).toBe('repair');
    expect(settleOutput(raw, context(), false).outcome).toBe('invalid');
  });

  it('is asked for by a schema in which every object is closed and every field required', () => {
    const open: unknown[] = [];
    JSON.stringify(modelReplySchema(TAXONOMY), (_key, value: unknown) => {
      if (typeof value === 'object' && value !== null && 'properties' in value) {
        const { properties, required, additionalProperties } = value as Record<string, object>;
        if (additionalProperties as unknown as boolean) open.push(value);
        expect(required).toEqual(Object.keys(properties ?? {}));
      }
      return value;
    });
    expect(open).toEqual([]);
    expect(Object.keys(modelReplySchema(TAXONOMY)['properties'] as object)).toEqual(Object.keys(reply()));
  });

  it('whose reply does not hold is asked for once more, and then withheld', () => {
    const raw = JSON.stringify(reply({ citations: [] }));
    expect(settleOutput(raw, context(), true).outcome).toBe('repair');
    expect(settleOutput(raw, context(), false)).toMatchObject({
      outcome: 'settled',
      result: { abstainReason: 'citations_unsupported', category: { key: 'exports' } },
    });
  });
});
