import { extractiveReply } from '@docket/domain/enrichment/extractive-reply';
import type { ModelReply } from '@docket/domain/enrichment/model-reply';
import { EXTRACTIVE_THRESHOLD } from '@docket/domain/enrichment/retrieval-confidence';
import { guessSentiment } from '@docket/domain/enrichment/sentiment';
import { summariseTicket } from '@docket/domain/enrichment/summarise';
import { NO_TOKENS } from '@docket/domain/model/token-usage';
import { ticketQuery } from '@docket/domain/ticket/query';
import { reduceTicket } from '@docket/domain/ticket/reduce';
import { toOutput, type LanguageModel, type ModelAnswer, type ModelRequest } from './language-model.js';

/** Raised when it would answer the same matter differently. */
const EXTRACTIVE_MODEL = 'extractive-1';

/**
 * The model that needs no key and no network, and is no language model: it sorts by what the org labelled, sums up in the
 * ticket's own sentences and replies with quotes, or says that it does not know. Deterministic. It writes the same
 * output as the others and goes through the same checks.
 */
export class ExtractiveModel implements LanguageModel {
  readonly provider = 'extractive';
  readonly isRemote = false;
  readonly messageBatches = null;
  readonly defaultModel = EXTRACTIVE_MODEL;

  async ask({ material }: ModelRequest): Promise<ModelAnswer> {
    const { subject, body, predictions, taxonomy } = material;
    const reduced = reduceTicket(body);
    const language = material.language ?? 'en';
    const found =
      material.retrievalConfidence >= EXTRACTIVE_THRESHOLD
        ? extractiveReply(ticketQuery(subject, reduced), language, material.passages)
        : null;
    const reply: ModelReply = {
      summary: summariseTicket(subject, reduced),
      language,
      category: predictions.category.label,
      categoryConfidence: predictions.category.confidence,
      priority: predictions.priority.label,
      priorityReason: 'Most like the labelled tickets and descriptions of this priority.',
      sentiment: guessSentiment(`${subject}\n${reduced.paragraphs.join('\n')}`),
      tags: taxonomy.tags.map(({ key }) => key).filter((key) => namesTag(subject, reduced.paragraphs, key)),
      team: predictions.team.label || null,
      answerable: found !== null,
      reply: found?.reply ?? null,
      citations: found?.citations ?? [],
    };
    return {
      output: toOutput(reply),
      stopReason: 'completed',
      stopDetail: null,
      model: EXTRACTIVE_MODEL,
      usage: NO_TOKENS,
      providerRequestId: null,
    };
  }

  async ping(): Promise<void> {
    // It is here.
  }
}

/** A tag fits when the ticket says its words. */
function namesTag(subject: string, paragraphs: readonly string[], key: string): boolean {
  const words = key.split(/[-_]/).join('[\\s-]?');
  return new RegExp(`(?<![\\p{L}\\p{N}])${words}(?![\\p{L}\\p{N}])`, 'iu').test(
    [subject, ...paragraphs].join('\n'),
  );
}
