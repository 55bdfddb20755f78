import fc from 'fast-check';
import type { Schema } from './described-api.ts';

/** Strings that have broken something, somewhere. */
const HOSTILE_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\u202e\u0000\uffff',
  '💥'.repeat(300),
  'a'.repeat(10_000),
  "' or 1=1; drop table orgs; --",
  '%00%0a%0d',
  '../../../../etc/passwd',
  '${jndi:ldap://127.0.0.1/x}',
  '__proto__',
  'constructor',
  '1e999',
  '-0',
  'NaN',
  'null',
  '{{7*7}}',
  'org_00000000000000000000000001',
  'doc_7zzzzzzzzzzzzzzzzzzzzzzzzz',
  'doc_8zzzzzzzzzzzzzzzzzzzzzzzzz',
  '9999-99-99T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
];

const HOSTILE_NUMBERS = [-1, 0, 0.5, 1e308, -1e308, Number.MAX_SAFE_INTEGER + 2, 2 ** 31, 2 ** 63];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(...HOSTILE_NUMBERS),
  fc.constantFrom<unknown>(null, true, [], {}, [[]], { __proto__: null }, [null]),
  fc.jsonValue({ maxDepth: 3 }),
);

/** What the description allows. A text is mostly like its example, which says what no type can. */
export function validValue(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch ([schema.type].flat()[0]) {
    case 'object':
      return validObject(schema);
    case 'array':
      return fc.array(validValue(schema.items ?? {}), {
        minLength: Math.max(1, schema.minItems ?? 0),
        maxLength: 3,
      });
    case 'number':
    case 'integer':
      return fc.integer({ min: Math.ceil(schema.minimum ?? 1), max: Math.min(schema.maximum ?? 50, 500) });
    case 'boolean':
      return fc.boolean();
    default:
      return validText(schema);
  }
}

function validObject(schema: Schema): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, field]) => [name, validValue(field)]),
  );
  if (Object.keys(fields).length === 0)
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ maxLength: 20 }), { maxKeys: 3 });
  return fc.record(fields, { requiredKeys: schema.required ?? [] });
}

function validText({ example, minLength = 1, maxLength = 60, format }: Schema): fc.Arbitrary<unknown> {
  const free = fc.string({
    unit: 'grapheme',
    minLength: Math.max(1, minLength),
    maxLength: Math.min(maxLength, 60),
  });
  if (example === undefined) return free;
  return format === undefined
    ? fc.oneof({ weight: 3, arbitrary: fc.constant(example) }, { weight: 1, arbitrary: free })
    : fc.constant(example);
}

/** One thing wrong: a field of another kind, one that is missing, one too many, or a bound that is overstepped. */
export function nearlyValid(body: unknown): fc.Arbitrary<unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return hostileValue;
  const names = Object.keys(body);
  const added = fc
    .tuple(fc.constantFrom('orgId', 'id', '__proto__', 'constructor', 'isAdmin', 'x'), hostileValue)
    .map(([name, value]) => Object.fromEntries([...Object.entries(body), [name, value]]));
  if (names.length === 0) return added;
  const name = fc.constantFrom(...names);
  return fc.oneof(
    fc.tuple(name, hostileValue).map(([field, value]) => ({ ...body, [field]: value })),
    name.map((field) => Object.fromEntries(Object.entries(body).filter(([known]) => known !== field))),
    added,
  );
}

/** Bodies that are no JSON, or none of this API's, with the media type they claim. */
export const hostileBody: fc.Arbitrary<{ mediaType: string; text: string }> = fc.oneof(
  fc.record({ mediaType: fc.constant('application/json'), text: hostileText }),
  fc.record({
    mediaType: fc.constant('application/json'),
    text: hostileValue.map((value): string => JSON.stringify(value)),
  }),
  fc.record({
    mediaType: fc.constantFrom(
      'text/plain',
      'application/xml',
      'multipart/form-data',
      'nonsense',
      'application/json; charset=utf-16',
    ),
    text: fc.string({ maxLength: 50 }),
  }),
  fc.integer({ min: 20, max: 5_000 }).map((depth) => ({
    mediaType: 'application/json',
    text: `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
  })),
);
