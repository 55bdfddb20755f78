import { randomBytes } from 'node:crypto';

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
/** Fetched for so many spans at once: asking for eight bytes costs as much as for thousands. */
const IDS_AT_ONCE = 512;

let given: string | null = null;
let random = Buffer.alloc(0);

/** Ids of traces and spans: random ones, and the one that was asked for. */
export const spanIds = {
  generateTraceId: (): string => draw(TRACE_ID_BYTES),
  generateSpanId: (): string => given ?? draw(SPAN_ID_BYTES),
};

/** The span that `begin` begins, and no other, has this id. */
export function withSpanId<T>(spanId: string, begin: () => T): T {
  given = spanId;
  try {
    return begin();
  } finally {
    given = null;
  }
}

function draw(bytes: number): string {
  if (random.length < bytes) random = randomBytes(SPAN_ID_BYTES * IDS_AT_ONCE);
  const id = random.toString('hex', 0, bytes);
  random = random.subarray(bytes);
  // All zeros means "none" to whoever reads it.
  return /^0+$/.test(id) ? draw(bytes) : id;
}
