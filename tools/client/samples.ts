import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FileToUpload } from './docket-client.ts';

const SAMPLES = join(import.meta.dirname, '../../samples');
const KNOWLEDGE_BASE = join(SAMPLES, 'knowledge-base');
const MEDIA_TYPES: Record<string, string> = {
  '.md': 'text/markdown',
  '.txt': 'text/plain',
  '.html': 'text/html',
};

export interface SampleQuery {
  id: string;
  query: string;
  split: 'tune' | 'report';
  answers: { document: string; quote: string; section: string[] }[];
}

/** Every file of the samples' knowledge base, in order of its name. */
export function knowledgeBase(): FileToUpload[] {
  return readdirSync(KNOWLEDGE_BASE)
    .sort()
    .map((fileName) => ({
      fileName,
      mediaType: MEDIA_TYPES[extname(fileName)] ?? 'application/octet-stream',
      bytes: readFileSync(join(KNOWLEDGE_BASE, fileName)),
      externalKey: fileName,
      sourceUrl: `https://help.larkspur.example/${fileName.replace(/\.\w+$/, '')}`,
    }));
}

/** The labelled queries: what is asked, and the passages that answer it. */
export function sampleQueries(): SampleQuery[] {
  const parsed = JSON.parse(readFileSync(join(SAMPLES, 'queries.json'), 'utf8')) as {
    queries: SampleQuery[];
  };
  return parsed.queries;
}

/** The questions of the demo, by the ids of labelled queries. */
export function demoQuestions(): SampleQuery[] {
  const { questions } = JSON.parse(readFileSync(join(SAMPLES, 'demo.json'), 'utf8')) as {
    questions: string[];
  };
  const queries = sampleQueries();
  return questions.map((id) => {
    const query = queries.find((known) => known.id === id);
    if (!query) throw new Error(`samples/demo.json names ${id}, which is not in samples/queries.json`);
    return query;
  });
}
