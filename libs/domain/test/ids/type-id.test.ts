import { ID_PREFIXES, parseTypeId, toTypeId, type IdKind } from '@docket/domain/ids/type-id';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const KINDS = Object.keys(ID_PREFIXES) as IdKind[];
const kinds = fc.constantFrom(...KINDS);
// Any 128 bits, and not only those that are a UUID of some version.
const uuids = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((bits) =>
  bits
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
);

// The specification's own examples (jetify-com/typeid, spec/valid.yml), by the bits they stand for.
const OFFICIAL: [string, string][] = [
  ['00000000000000000000000000', '00000000-0000-0000-0000-000000000000'],
  ['00000000000000000000000001', '00000000-0000-0000-0000-000000000001'],
  ['0000000000000000000000000a', '00000000-0000-0000-0000-00000000000a'],
  ['0000000000000000000000000g', '00000000-0000-0000-0000-000000000010'],
  ['00000000000000000000000010', '00000000-0000-0000-0000-000000000020'],
  ['7zzzzzzzzzzzzzzzzzzzzzzzzz', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  ['0123456789abcdefghjkmnpqrs', '0110c853-1d09-52d8-d73e-1194e95b5f19'],
  ['01h455vb4pex5vsknk084sn02q', '01890a5d-ac96-774b-bcce-b302099a8057'],
];

// And of what is none (spec/invalid.yml), by its suffix.
const REFUSED = [
  '1234567890123456789012345',
  '123456789012345678901234567',
  '1234567890123456789012345 ',
  '0123456789ABCDEFGHJKMNPQRS',
  '123456789-123456789-123456',
  'ooooooiiiiiiuuuuuuulllllll',
  'i23456789ol23456789oi23456',
  '123456789-0123456789-01234',
  '8zzzzzzzzzzzzzzzzzzzzzzzzz',
  '80000000000000000000000000',
  'zzzzzzzzzzzzzzzzzzzzzzzzzz',
  '',
];

describe('a TypeID', () => {
  it.each(OFFICIAL)('of the suffix %s stands for %s, as the specification says', (suffix, uuid) => {
    expect(parseTypeId('document', `doc_${suffix}`)).toBe(uuid);
    expect(toTypeId('document', uuid)).toBe(`doc_${suffix}`);
  });

  it.each(REFUSED)('with the suffix %j is none', (suffix) => {
    expect(parseTypeId('document', `doc_${suffix}`)).toBeNull();
  });

  it('leads back to its UUID, whatever the kind and the bits', () => {
    fc.assert(
      fc.property(kinds, uuids, (kind, uuid) => {
        const typeId = toTypeId(kind, uuid);
        expect(typeId).toMatch(/^[a-z]{3}_[0-7][0-9a-z]{25}$/);
        expect(parseTypeId(kind, typeId)).toBe(uuid);
      }),
    );
  });

  it('is read as its own kind only', () => {
    fc.assert(
      fc.property(kinds, kinds, uuids, (kind, other, uuid) => {
        expect(parseTypeId(other, toTypeId(kind, uuid))).toBe(kind === other ? uuid : null);
      }),
    );
    expect(new Set(Object.values(ID_PREFIXES)).size).toBe(KINDS.length);
  });

  it('is one string for one UUID: what reads as a TypeID is written the same again', () => {
    const letters = fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_- ');
    fc.assert(
      fc.property(fc.string({ unit: letters, minLength: 25, maxLength: 27 }), (suffix) => {
        const uuid = parseTypeId('run', `run_${suffix}`);
        if (uuid !== null) expect(toTypeId('run', uuid)).toBe(`run_${suffix}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('sorts as its UUIDs sort', () => {
    fc.assert(
      fc.property(uuids, uuids, (left, right) => {
        expect(toTypeId('run', left) < toTypeId('run', right)).toBe(left < right);
      }),
    );
  });

  it.each([
    '',
    'x',
    '01890A5D-AC96-774B-BCCE-B302099A8057',
    '01890a5dac96774bbcceb302099a8057',
    '01890a5d-ac96-774b-bcce-b302099a805',
  ])('is not made of %j, which is no lower-case UUID', (text) => {
    expect(() => toTypeId('org', text)).toThrow(RangeError);
  });

  it.each([
    '',
    'doc',
    'doc_',
    '_01h455vb4pex5vsknk084sn02q',
    '01h455vb4pex5vsknk084sn02q',
    'doc__01h455vb4pex5vsknk084sn02q',
    'DOC_01h455vb4pex5vsknk084sn02q',
    ' doc_01h455vb4pex5vsknk084sn02q',
    'doc_01h455vb4pex5vsknk084sn02q\n',
  ])('is not read out of %j', (text) => {
    expect(parseTypeId('document', text)).toBeNull();
  });
});
