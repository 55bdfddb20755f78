/** Dimensions of every sparse vector of terms: the most that pgvector's `sparsevec` takes. */
export const SPARSE_DIMENSIONS = 1_000_000_000;

/**
 * Digits kept of each weight. `sparsevec` stores 4-byte floats, and a BM25 weight lies between 0 and 2.2:
 * four decimals change no order that a reader could see and keep the text a third shorter.
 */
const DECIMALS = 4;

/**
 * pgvector's text form of a `sparsevec`, `{1:0.5,7:1.25}/1000000000`: indices from 1, ascending. Weights that
 * round to zero are left out, as pgvector itself refuses to store them.
 *
 * @throws RangeError for an index outside 1..10^9 or a weight that is not finite.
 */
export function formatSparseVector(weights: ReadonlyMap<number, number>): string {
  const entries: string[] = [];
  for (const [index, weight] of [...weights].sort(([left], [right]) => left - right)) {
    if (!Number.isInteger(index) || index < 1 || index > SPARSE_DIMENSIONS || !Number.isFinite(weight)) {
      throw new RangeError(`No sparse vector entry: ${index}:${weight}`);
    }
    const rounded = Number(weight.toFixed(DECIMALS));
    if (rounded !== 0) entries.push(`${index}:${rounded}`);
  }
  return `{${entries.join(',')}}/${SPARSE_DIMENSIONS}`;
}

/**
 * The way back: index to weight, in the order of the text.
 *
 * @throws RangeError when `text` is not the text form of a sparse vector.
 */
export function parseSparseVector(text: string): Map<number, number> {
  const close = text.lastIndexOf('}/');
  if (!text.startsWith('{') || close < 1) throw new RangeError('Not a sparse vector');
  const weights = new Map<number, number>();
  const body = text.slice(1, close);
  if (body === '') return weights;
  for (const entry of body.split(',')) {
    const colon = entry.indexOf(':');
    const index = Number(entry.slice(0, colon));
    const weight = Number(entry.slice(colon + 1));
    if (colon < 1 || !Number.isInteger(index) || index < 1 || !Number.isFinite(weight)) {
      throw new RangeError(`No sparse vector entry: ${entry}`);
    }
    weights.set(index, weight);
  }
  return weights;
}
