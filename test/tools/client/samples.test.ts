import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { demoQuestions, knowledgeBase, type SampleQuery } from '../../../tools/client/samples.ts';
import { stackHome } from '../../../tools/stack/home.ts';

const { queries } = JSON.parse(readFileSync(join(stackHome().repo, 'samples/queries.json'), 'utf8')) as {
  queries: SampleQuery[];
};
const texts = new Map(
  knowledgeBase().map(({ fileName, bytes }) => [
    fileName,
    new TextDecoder('utf-8', { fatal: true }).decode(bytes),
  ]),
);

describe('the knowledge base', () => {
  it('is a folder of documents of known kinds, in order, each with its own key and address', () => {
    const files = knowledgeBase();
    expect(files.length).toBeGreaterThan(40);
    expect(files.map(({ fileName }) => fileName)).toEqual([...texts.keys()].sort());
    for (const { mediaType } of files)
      expect(['text/markdown', 'text/plain', 'text/html']).toContain(mediaType);
    for (const key of ['externalKey', 'sourceUrl'] as const) {
      expect(new Set(files.map((file) => file[key])).size).toBe(files.length);
    }
  });
});

describe('the questions of the demo', () => {
  it('all exist, and each has a passage that answers it', () => {
    const { questions } = JSON.parse(readFileSync(join(stackHome().repo, 'samples/demo.json'), 'utf8')) as {
      questions: string[];
    };
    expect(demoQuestions().map(({ id }) => id)).toEqual(questions);
    for (const { answers } of demoQuestions()) expect(answers.length).toBeGreaterThan(0);
  });
});

describe('the labelled queries', () => {
  it('have ids of their own and ask no question twice, so that none is tuned on and reported on', () => {
    expect(new Set(queries.map(({ id }) => id)).size).toBe(queries.length);
    expect(new Set(queries.map(({ query }) => query.trim().toLowerCase())).size).toBe(queries.length);
  });

  it('are for tuning or for the report, some of each', () => {
    expect(new Set(queries.map(({ split }) => split))).toEqual(new Set(['tune', 'report']));
  });

  it('quote passages that stand in their documents word for word', () => {
    const missing = queries.flatMap(({ id, answers }) =>
      answers
        .filter(({ document, quote }) => quote.length === 0 || !texts.get(document)?.includes(quote))
        .map(({ document, quote }) => `${id}: ${document}: ${quote}`),
    );
    expect(missing).toEqual([]);
  });

  it('name sections that stand in their documents before the quote', () => {
    const misplaced = queries.flatMap(({ id, answers }) =>
      answers.flatMap(({ document, quote, section }) => {
        const before = texts.get(document)?.split(quote)[0] ?? '';
        return section
          .filter((heading) => !before.includes(heading))
          .map((heading) => `${id}: ${document}: ${heading}`);
      }),
    );
    expect(misplaced).toEqual([]);
  });
});
