import { ChainCheck, chainStart, type ChainedRecord, type ChainHead } from '@docket/db/audit/chain';
import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';

const ORG = '01980000-0000-7000-8000-000000000001';

type Five = [ChainedRecord, ChainedRecord, ChainedRecord, ChainedRecord, ChainedRecord];

function sha256(...parts: (string | Buffer)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** A chain as decision 0018 describes it, made without the code under test. */
function chain(length: number, org = ORG): ChainedRecord[] {
  let previousHash = sha256(org);
  return Array.from({ length }, (_, index) => {
    const record = `{"subject":"thing_${index + 1} ä"}`;
    const next = { seq: index + 1, record, previousHash, hash: sha256(previousHash, record) };
    previousHash = next.hash;
    return next;
  });
}

function endOf(records: readonly ChainedRecord[]): ChainHead | null {
  const last = records.at(-1);
  return last ? { seq: last.seq, hash: last.hash } : null;
}

function check(records: readonly ChainedRecord[], head: ChainHead | null = endOf(records)): unknown {
  const checking = new ChainCheck(ORG);
  for (const record of records) checking.take(record);
  return checking.finish(head);
}

describe('a chain', () => {
  it('begins with the hash of its organisation', () => {
    expect(chainStart(ORG)).toEqual({ seq: 0, hash: sha256(ORG) });
  });

  it('holds as it was written, also when there is nothing in it', () => {
    expect(check(chain(5))).toBeNull();
    expect(check([])).toBeNull();
    const checking = new ChainCheck(ORG);
    expect(chain(2).map((record) => checking.take(record))).toEqual([true, true]);
    expect(checking.events).toBe(2);
  });

  it('of another organisation does not hold', () => {
    expect(check(chain(2, '01980000-0000-7000-8000-000000000002'))).toEqual({ seq: 1, fault: 'link_broken' });
  });

  it.each<[string, (records: Five) => ChainedRecord[], object]>([
    [
      'an edited record',
      ([a, b, ...rest]) => [a, { ...b, record: '{}' }, ...rest],
      { seq: 2, fault: 'record_changed' },
    ],
    [
      'a hash that is not its record’s',
      ([a, b, ...rest]) => [a, { ...b, hash: a.hash }, ...rest],
      { seq: 2, fault: 'record_changed' },
    ],
    [
      'a link that leads elsewhere',
      ([a, b, ...rest]) => [a, { ...b, previousHash: b.hash }, ...rest],
      { seq: 2, fault: 'link_broken' },
    ],
    ['a missing record', ([a, , ...rest]) => [a, ...rest], { seq: 2, fault: 'event_missing' }],
    [
      'two in each other’s place',
      ([a, b, c, ...rest]) => [a, c, b, ...rest],
      { seq: 2, fault: 'event_missing' },
    ],
    ['one twice', ([a, b, ...rest]) => [a, b, b, ...rest], { seq: 3, fault: 'event_missing' }],
  ])('with %s says where it first breaks', (_, spoil, problem) => {
    const records = chain(5);
    expect(check(spoil(records as Five), endOf(records))).toEqual(problem);
  });

  it('tells the first problem and no later one, and takes nothing more for good', () => {
    const [a, b, c] = chain(3) as [ChainedRecord, ChainedRecord, ChainedRecord];
    const checking = new ChainCheck(ORG);
    const spoilt = [{ ...a, record: '{}' }, { ...b, previousHash: a.previousHash }, c];
    expect(spoilt.map((record) => checking.take(record))).toEqual([false, false, false]);
    expect(checking.finish(endOf([a, b, c]))).toEqual({ seq: 1, fault: 'record_changed' });
  });

  it('cut off at its end is found by where it is known to end', () => {
    const records = chain(5);
    expect(check(records.slice(0, 3), endOf(records))).toEqual({ seq: 4, fault: 'event_missing' });
    expect(check(records, endOf(records.slice(0, 3)))).toEqual({ seq: 5, fault: 'head_mismatch' });
    expect(check(records, { seq: 5, hash: sha256('other') })).toEqual({ seq: 5, fault: 'head_mismatch' });
    expect(check(records, null)).toEqual({ seq: 5, fault: 'head_mismatch' });
  });
});
