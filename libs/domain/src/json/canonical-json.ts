/**
 * JSON in its one canonical form (RFC 8785): no white space, names in the order of their UTF-16 code units, numbers and
 * strings as ECMAScript writes them. Two values that mean the same have the same text, so it can be hashed.
 *
 * What JSON leaves out is left out: fields and whole values that are undefined. Throws a TypeError for what JSON cannot
 * say (a bigint, a function, NaN), since a hash over half a value would promise too much.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : canonicalObject(value);
    default:
      throw new TypeError(`JSON has no ${typeof value}`);
  }
}

function canonicalObject(value: object): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value instanceof Date) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    // Plain comparison of strings is by UTF-16 code units, which is the order RFC 8785 asks for.
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}
