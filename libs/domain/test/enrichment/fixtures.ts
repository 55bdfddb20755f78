import type { Passage } from '@docket/domain/enrichment/result';
import type { ModelReply } from '@docket/domain/enrichment/model-reply';
import type { CheckContext } from '@docket/domain/enrichment/check-reply';
import type { Taxonomy } from '@docket/domain/enrichment/taxonomy';
import { guessLanguage } from '@docket/domain/text/language-guess';

export const TAXONOMY: Taxonomy = {
  categories: [
    { key: 'exports', name: 'Exports', description: 'Payroll exports', team: 'payroll' },
    { key: 'access', name: 'Access', description: 'Signing in' },
  ],
  tags: [{ key: 'csv' }, { key: 'mobile' }],
  teams: [
    { key: 'support', name: 'Support' },
    { key: 'payroll', name: 'Payroll' },
  ],
  priorities: [
    { key: 'high', description: 'Nobody can work' },
    { key: 'normal', description: 'Everything else' },
  ],
};

export const PASSAGE: Passage = {
  chunkId: 'c1',
  documentId: 'd1',
  title: 'Payroll exports',
  sourceUrl: 'https://help.larkspur.example/exports',
  sectionPath: ['Timing'],
  text: 'The payroll export runs every night at 02:00.\nIt takes about four minutes, and the “finished” mail goes to the owner.',
  charStart: 100,
};

export const OTHER: Passage = {
  ...PASSAGE,
  chunkId: 'c2',
  documentId: 'd2',
  title: 'Sign-in',
  sourceUrl: null,
  text: 'A password can be reset from the sign-in page. Write to help@larkspur.example when it fails.',
  charStart: 0,
};

export function context(changes: Partial<CheckContext> = {}): CheckContext {
  return {
    taxonomy: TAXONOMY,
    passages: new Map([
      ['P1', PASSAGE],
      ['P2', OTHER],
    ]),
    language: 'en',
    languageOf: guessLanguage,
    instructions: '',
    allowedAddresses: [],
    retrievalHolds: true,
    ...changes,
  };
}

/** A reply in which everything holds. */
export function reply(changes: Partial<ModelReply> = {}): ModelReply {
  return {
    summary: 'Asks when the export runs.',
    language: 'en',
    category: 'exports',
    categoryConfidence: 0.9,
    priority: 'normal',
    priorityReason: 'A question.',
    sentiment: 'neutral',
    tags: ['csv'],
    team: null,
    answerable: true,
    reply: 'The export runs every night at two. [1]',
    citations: [{ marker: 1, passage: 'P1', quote: 'The payroll export runs every night at 02:00.' }],
    ...changes,
  };
}
