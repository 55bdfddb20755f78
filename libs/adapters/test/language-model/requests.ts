import type { ModelRequest } from '@docket/adapters/language-model';
import { modelReplySchema, type ModelReply } from '@docket/domain/enrichment/model-reply';
import { DEFAULT_TAXONOMY } from '@docket/domain/enrichment/taxonomy';

export const REPLY: ModelReply = {
  summary: 'Asks when the export runs.',
  language: 'en',
  category: 'question',
  categoryConfidence: 0.9,
  priority: 'normal',
  priorityReason: 'A question.',
  sentiment: 'neutral',
  tags: [],
  team: null,
  answerable: false,
  reply: null,
  citations: [],
};

export function modelRequest(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'claude-sonnet-5-5',
    system: 'You prepare support tickets.',
    prompt: 'The ticket.',
    schema: modelReplySchema(DEFAULT_TAXONOMY),
    maxOutputTokens: 4_000,
    effort: 'low',
    repair: null,
    material: {
      subject: 'Export',
      body: 'When does the payroll export run?',
      language: 'en',
      taxonomy: DEFAULT_TAXONOMY,
      passages: [
        {
          chunkId: 'c1',
          documentId: 'd1',
          title: 'Payroll exports',
          sourceUrl: null,
          sectionPath: [],
          text: 'The payroll export runs every night at 02:00.',
          charStart: 0,
        },
      ],
      predictions: {
        category: { label: 'question', confidence: 0.8 },
        priority: { label: 'normal', confidence: 0.7 },
        team: { label: 'support', confidence: 1 },
      },
      retrievalConfidence: 0.9,
    },
    ...changes,
  };
}
