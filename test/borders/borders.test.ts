import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { BORDERS } from './border-cases.ts';
import type { Complaint, LintText } from './lint-texts.ts';

describe('borders between packages', () => {
  const complaints = new Map<LintText, Complaint[]>();

  beforeAll(() => {
    const texts = BORDERS.flatMap(({ broken, kept }) => [broken, kept]);
    const output = execFileSync(process.execPath, [join(import.meta.dirname, 'lint-texts.ts')], {
      input: JSON.stringify(texts),
      env: { ...process.env, NODE_OPTIONS: '' },
      encoding: 'utf8',
    });
    const results = JSON.parse(output) as Complaint[][];
    expect(results).toHaveLength(texts.length);
    texts.forEach((text, index) => complaints.set(text, results[index] ?? []));
  }, 60_000);

  it.each(BORDERS)('$name', ({ rules, advice, broken, kept }) => {
    const found = complaints.get(broken) ?? [];
    expect(found.map(({ rule }) => rule).toSorted()).toEqual(rules.toSorted());
    expect(found.some(({ message }) => message.includes(advice))).toBe(true);
    expect(complaints.get(kept)).toEqual([]);
  });
});
