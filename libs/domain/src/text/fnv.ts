const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * FNV-1a, 32 bits, over the UTF-8 bytes of `text` (draft-eastlake-fnv; offset basis 2166136261, prime
 * 16777619). Returns an unsigned integer below 2^32. The bytes are made by hand: terms are short, and a
 * TextEncoder call per term costs more than the hash. A lone surrogate is hashed as the three bytes it would
 * take by itself.
 */
export function fnv1a32(text: string): number {
  let hash = OFFSET_BASIS;
  for (let index = 0; index < text.length; index += 1) {
    const codePoint = text.codePointAt(index) ?? 0;
    if (codePoint < 0x80) {
      hash = Math.imul(hash ^ codePoint, PRIME);
    } else if (codePoint < 0x800) {
      hash = Math.imul(hash ^ (0xc0 | (codePoint >> 6)), PRIME);
      hash = Math.imul(hash ^ (0x80 | (codePoint & 0x3f)), PRIME);
    } else if (codePoint < 0x10000) {
      hash = Math.imul(hash ^ (0xe0 | (codePoint >> 12)), PRIME);
      hash = Math.imul(hash ^ (0x80 | ((codePoint >> 6) & 0x3f)), PRIME);
      hash = Math.imul(hash ^ (0x80 | (codePoint & 0x3f)), PRIME);
    } else {
      index += 1;
      hash = Math.imul(hash ^ (0xf0 | (codePoint >> 18)), PRIME);
      hash = Math.imul(hash ^ (0x80 | ((codePoint >> 12) & 0x3f)), PRIME);
      hash = Math.imul(hash ^ (0x80 | ((codePoint >> 6) & 0x3f)), PRIME);
      hash = Math.imul(hash ^ (0x80 | (codePoint & 0x3f)), PRIME);
    }
  }
  return hash >>> 0;
}
