/** Bytes before the numbers: the count of dimensions, then two that are not used. */
const HEADER_BYTES = 4;

/**
 * pgvector's binary form of a `halfvec`: dimensions as an unsigned 16-bit integer, two zero bytes, then one IEEE 754
 * half-precision number each, all big-endian (`halfvec_recv` in pgvector). As a parameter it costs a quarter of the
 * text's bytes and none of its parsing, which at 2,048 numbers a passage was half of what writing a document cost.
 */
export function halfVector(vector: Float32Array): Buffer {
  const numbers = Buffer.from(new Float16Array(vector).buffer);
  const bytes = Buffer.alloc(HEADER_BYTES + numbers.length);
  bytes.writeUInt16BE(vector.length, 0);
  // Typed arrays have the machine's byte order, which is little-endian on every platform that Docket supports.
  numbers.swap16().copy(bytes, HEADER_BYTES);
  return bytes;
}
