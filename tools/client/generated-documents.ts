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
