/** A sentence with its place in the text: UTF-16 offsets, end exclusive. */
export interface Sentence {
  text: string;
  start: number;
  end: number;
}

const ABBREVIATION = /(?:^|\s|\()(?:e\.g|i\.e|etc|approx|no|nr|vs|mr|mrs|ms|dr|st|z\.b|bzw|ca)\.$/i;
const END = /[.!?。！？]["'”’)\]]*(?=\s|$)|[。！？]|\n+/gu;

/** Cuts a text into sentences, at line ends too: a list item or a heading is a sentence of its own. */
export function sentencesOf(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  for (const match of text.matchAll(END)) {
    const end = match.index + match[0].length;
    if (!match[0].startsWith('\n') && ABBREVIATION.test(text.slice(start, end))) continue;
    push(sentences, text, start, match[0].startsWith('\n') ? match.index : end);
    start = end;
  }
  push(sentences, text, start, text.length);
  return sentences;
}

function push(sentences: Sentence[], text: string, from: number, to: number): void {
  const raw = text.slice(from, to);
  const trimmed = raw.trim();
  if (trimmed === '') return;
  const start = from + raw.indexOf(trimmed);
  sentences.push({ text: trimmed, start, end: start + trimmed.length });
}
