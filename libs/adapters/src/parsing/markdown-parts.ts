/**
 * Characters of Markdown parsed at a time. The syntax tree takes some 100 times the text's memory, and above
 * a megabyte the parser slows down: 2.4 MB take 6 s whole and 3 s in parts. Files of usual size stay whole.
 */
const PART_CHARACTERS = 262_144;

const HEADING = /^#{1,6}[ \t]/u;
const FENCE = /^ {0,3}(`{3,}|~{3,})/u;

/**
 * Cuts a long Markdown source in front of headings that stand outside fenced code, into parts of about 256
 * kB, in order and without loss. A source without such headings stays whole. What a part cannot see is in
 * another part: a reference link whose definition stands there is shown as it is written.
 */
export function* markdownParts(source: string, partCharacters = PART_CHARACTERS): Generator<string> {
  let start = 0;
  let fence: string | null = null;
  for (
    let line = 0;
    line < source.length && source.length - start > partCharacters;
    line = nextLine(source, line)
  ) {
    const head = source.slice(line, line + 100);
    const marker = FENCE.exec(head)?.[1] ?? null;
    if (marker !== null) fence = fenceAfter(fence, marker);
    else if (fence === null && line - start >= partCharacters && HEADING.test(head)) {
      yield source.slice(start, line);
      start = line;
    }
  }
  yield source.slice(start);
}

/**
 * The fence that is open behind a line with `marker`: only one of the same kind and at least its length
 * closes it.
 */
function fenceAfter(open: string | null, marker: string): string | null {
  if (open === null) return marker;
  return marker.startsWith(open) ? null : open;
}

function nextLine(source: string, line: number): number {
  const end = source.indexOf('\n', line);
  return end === -1 ? source.length : end + 1;
}
