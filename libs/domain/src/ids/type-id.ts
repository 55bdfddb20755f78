/**
 * TypeIDs: what a client sees of a UUID. A prefix says the kind, 26 characters of Crockford's base 32 hold the
 * 128 bits (TypeID specification 0.3). The database keeps the plain `uuid`.
 */
export const ID_PREFIXES = {
  org: 'org',
  user: 'usr',
  session: 'ses',
  team: 'tea',
  invitation: 'inv',
  apiKey: 'key',
  collection: 'col',
  document: 'doc',
  version: 'ver',
  content: 'cnt',
  upload: 'upl',
  chunk: 'chk',
  ticket: 'tkt',
  enrichment: 'enr',
  prompt: 'prm',
  example: 'exa',
  modelCall: 'mcl',
  run: 'run',
  batch: 'bat',
  embeddingProfile: 'emb',
  auditEvent: 'aud',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SUFFIX_PATTERN = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Writes a UUID as the TypeID of a kind. Throws a RangeError when it is not a lower-case UUID. */
export function toTypeId(kind: IdKind, uuid: string): string {
  if (!UUID_PATTERN.test(uuid)) throw new RangeError(`not a UUID: ${uuid}`);
  let value = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let suffix = '';
  for (let place = 0; place < 26; place += 1) {
    suffix = ALPHABET.charAt(Number(value & 31n)) + suffix;
    value >>= 5n;
  }
  return `${ID_PREFIXES[kind]}_${suffix}`;
}

/** Reads a TypeID of the given kind back into its UUID; `null` when it is anything else. */
export function parseTypeId(kind: IdKind, typeId: string): string | null {
  const prefix = `${ID_PREFIXES[kind]}_`;
  if (!typeId.startsWith(prefix)) return null;
  const suffix = typeId.slice(prefix.length);
  if (!SUFFIX_PATTERN.test(suffix)) return null;
  let value = 0n;
  for (const letter of suffix) value = (value << 5n) | BigInt(ALPHABET.indexOf(letter));
  const hex = value.toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
