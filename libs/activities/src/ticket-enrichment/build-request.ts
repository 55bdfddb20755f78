import type { LanguageModel, ModelRequest } from '@docket/adapters/language-model';
import type { ModelParameters } from '@docket/db/model-calls';
import { modelReplySchema } from '@docket/domain/enrichment/model-reply';
import { renderPrompt } from '@docket/domain/prompt/render';
import { createHash } from 'node:crypto';
import type { Material } from './load-material.js';
import type { EnrichmentLimits } from './ticket-enrichment.dependencies.js';

/** Stands in for the fence where two requests are compared: each enrichment has a fence of its own. */
const NO_FENCE = '========';
/** Longest body that goes into a prompt; a ticket may be longer, and says what it wants in its first pages. */
const BODY_CHARACTERS = 16_000;

export type RepairOf = ModelRequest['repair'];

/** The question to one model of the chain. Deterministic: a repeat asks the same. */
export function buildRequest(
  material: Material,
  model: LanguageModel,
  limits: Pick<EnrichmentLimits, 'outputTokens' | 'effort'>,
  repair: RepairOf,
  isFirstChoice: boolean,
): ModelRequest {
  const { enrichment, prompt, taxonomy, subject, body, passages } = material;
  const evidence = enrichment.evidence;
  if (!evidence) throw new Error('evidence was not gathered');
  const rendered = render(material, fenceOf(enrichment.id));
  return {
    // A model that somebody named is the first provider's; another provider would not know it.
    model: (isFirstChoice ? (enrichment.askedModel ?? prompt.model) : null) ?? model.defaultModel,
    system: rendered.system,
    prompt: rendered.prompt,
    schema: modelReplySchema(taxonomy),
    maxOutputTokens: prompt.params.maxOutputTokens ?? limits.outputTokens,
    effort: prompt.params.effort ?? limits.effort,
    repair,
    material: {
      subject,
      body,
      language: evidence.language,
      taxonomy,
      passages,
      predictions: evidence.predictions,
      retrievalConfidence: evidence.retrievalConfidence,
    },
  };
}

/** What is asked beside the text, as the trace shows it. */
export function parametersOf({ effort, maxOutputTokens }: ModelRequest): ModelParameters {
  return { effort, maxOutputTokens };
}

/** SHA-256 of what is asked, in hex, the fence apart: equal for equal questions of two enrichments. */
export function requestHash(material: Material, request: ModelRequest): string {
  const { system, prompt } = render(material, NO_FENCE);
  const { model, schema, maxOutputTokens, effort, repair } = request;
  return createHash('sha256')
    .update(JSON.stringify({ model, system, prompt, schema, maxOutputTokens, effort, repair }))
    .digest('hex');
}

function render(
  { prompt, taxonomy, subject, body, passages, examples, enrichment }: Material,
  fence: string,
): { system: string; prompt: string } {
  const text = body.slice(0, BODY_CHARACTERS).toWellFormed();
  const clean = (value: string): string => value.replaceAll(fence, '');
  return renderPrompt(prompt, {
    taxonomy,
    ticket: { subject: clean(subject), body: clean(text), language: enrichment.evidence?.language ?? null },
    passages: passages.map((passage) => ({
      ...passage,
      title: clean(passage.title),
      text: clean(passage.text),
    })),
    examples: examples.map((example) => ({
      ...example,
      subject: clean(example.subject),
      body: clean(example.body.slice(0, EXAMPLE_CHARACTERS).toWellFormed()),
    })),
    fence,
  });
}

const EXAMPLE_CHARACTERS = 1_000;

/** From the random part of the enrichment's id, which is made after the ticket was written. */
function fenceOf(enrichmentId: string): string {
  return createHash('sha256').update(`fence ${enrichmentId}`).digest('hex').slice(0, 16);
}
