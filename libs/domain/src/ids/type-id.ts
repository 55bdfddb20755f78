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
  webhook: 'whk',
  webhookDelivery: 'whd',
  alertRule: 'alr',
  embeddingProfile: 'emb',
  auditEvent: 'aud',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SUFFIX_PATTERN = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** The letters of every ten bits, so that an id takes a few look-ups and no large numbers: every answer is full of ids. */
const PAIRS = Array.from(
  { length: 1_024 },
  (_, bits) => ALPHABET.charAt(bits >> 5) + ALPHABET.charAt(bits & 31),
);

/** Writes a UUID as the TypeID of a kind. Throws a RangeError when it is not a lower-case UUID. */
export function toTypeId(kind: IdKind, uuid: string): string {
  if (!UUID_PATTERN.test(uuid)) throw new RangeError(`not a UUID: ${uuid}`);
  const hex = uuid.replaceAll('-', '');
  // Two digits make the first two letters, whose uppermost two bits are none; then five digits make four.
  let suffix = lettersOf(Number.parseInt(hex.slice(0, 2), 16));
  for (let place = 2; place < hex.length; place += 5) {
    const bits = Number.parseInt(hex.slice(place, place + 5), 16);
    suffix += lettersOf(bits >> 10) + lettersOf(bits & 1_023);
  }
  return `${ID_PREFIXES[kind]}_${suffix}`;
}

/** Reads a TypeID of the given kind back into its UUID; `null` when it is anything else. */
export function parseTypeId(kind: IdKind, typeId: string): string | null {
  const prefix = `${ID_PREFIXES[kind]}_`;
  if (!typeId.startsWith(prefix)) return null;
  const suffix = typeId.slice(prefix.length);
  if (!SUFFIX_PATTERN.test(suffix)) return null;
  let hex = digitsOf(suffix.slice(0, 2), 2);
  for (let place = 2; place < suffix.length; place += 4) hex += digitsOf(suffix.slice(place, place + 4), 5);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function lettersOf(tenBits: number): string {
  return PAIRS[tenBits] ?? '';
}

function digitsOf(letters: string, length: number): string {
  let bits = 0;
  for (const letter of letters) bits = (bits << 5) | ALPHABET.indexOf(letter);
  return bits.toString(16).padStart(length, '0');
}
