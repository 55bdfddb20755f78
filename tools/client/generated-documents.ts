import type { FileToUpload } from './docket-client.ts';
import { knowledgeBase } from './samples.ts';

/** The size that throughput is measured with, in bytes. */
const SIZE_BYTES = 3_000;

/**
 * Markdown files of 3 kB, made of the samples' articles; each holds its own number, so that no two have the same bytes
 * and none is answered from an earlier run.
 */
export function generatedDocuments(count: number, run: string): FileToUpload[] {
  const articles = knowledgeBase().filter(({ mediaType }) => mediaType === 'text/markdown');
  return Array.from({ length: count }, (_, index) => {
    const article = Buffer.from(articles[index % articles.length]?.bytes ?? '').toString('utf8');
    const body = article.replace(/^---\n[\s\S]*?\n---\n/, '').repeat(2);
    const text = `# Article ${index} of ${run}\n\n${body}`.slice(0, SIZE_BYTES);
    return { fileName: `bench-${index}.md`, mediaType: 'text/markdown', bytes: Buffer.from(text, 'utf8') };
  });
}

/** Sizes of a mixed load, in bytes: mostly pages, some manuals, here and there a book of some 500 passages. */
const MIXED_SIZES = [150_000, ...Array<number>(4).fill(60_000), ...Array<number>(15).fill(SIZE_BYTES)];

/** Markdown files of mixed size, 22 kB on average, made like the above; every passage has a heading of its own. */
export function mixedDocuments(count: number, run: string): FileToUpload[] {
  const articles = knowledgeBase().filter(({ mediaType }) => mediaType === 'text/markdown');
  const bodies = articles.map(({ bytes }) =>
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/^---\n[\s\S]*?\n---\n/, ''),
  );
  return Array.from({ length: count }, (_, index) => {
    const size = MIXED_SIZES[index % MIXED_SIZES.length] ?? SIZE_BYTES;
    let text = `# File ${index} of ${run}\n`;
    for (let part = 0; text.length < size; part += 1) {
      text += `\n## Part ${part} of file ${index}\n\n${bodies[(index + part) % bodies.length] ?? ''}\n`;
    }
    const bytes = Buffer.from(text.slice(0, size), 'utf8');
    return { fileName: `mixed-${index}.md`, mediaType: 'text/markdown', bytes };
  });
}
