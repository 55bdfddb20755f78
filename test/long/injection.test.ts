import type { EnrichmentSubject } from '@docket/activities/ticket-enrichment/types';
import type { Enrichment } from '@docket/db/enrichments';
import type { ModelCall } from '@docket/db/model-calls';
import { DocketError } from '@docket/domain/errors';
import { DEFAULT_TAXONOMY } from '@docket/domain/enrichment/taxonomy';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { storeFile } from '../../tools/eval/store-file.ts';
import { anthropicModels } from '../support/anthropic-models.ts';
import { AnthropicStandIn } from '../support/anthropic-stand-in.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { ATTACKS, LANGUAGES, obey, orderOf, PLACES, TRUTH, type Attack } from '../support/injections.ts';
import { TicketPipeline } from '../support/ticket-pipeline.ts';

const CASES = Object.keys(ATTACKS)
  .flatMap((attack) =>
    PLACES.flatMap((place) => LANGUAGES.map((language) => ({ attack: attack as Attack, place, language }))),
  )
  .map((injection, index) => ({ ...injection, name: `case${index}` }));

let database: TestDatabase;
let orgId: string;
let standIn: AnthropicStandIn;
let pipeline: TicketPipeline;

beforeAll(async () => {
  database = await createTestDatabase();
  orgId = await database.createOrg();
  standIn = await AnthropicStandIn.start((request) => ({
    kind: 'answer',
    text: obey(`${request.system[0]?.text}`, request.messages[0]?.content ?? ''),
  }));
  pipeline = new TicketPipeline(database.tenants, orgId, anthropicModels(standIn));
  for (const { attack, place, language, name } of CASES) {
    const order = place === 'document' ? `\n\n${orderOf(attack, language, name)}` : '';
    await learn(`# Export ${name}\n\nThis is about ${name}. ${TRUTH}${order}\n`);
  }
}, 120_000);

afterAll(async () => {
  await standIn.stop();
  await database.drop();
}, 60_000);

async function learn(text: string): Promise<void> {
  const file = { fileName: `${Math.random()}.md`, mediaType: 'text/markdown', bytes: Buffer.from(text) };
  await storeFile(database.tenants, orgId, file);
}

interface Stored {
  enrichment: Enrichment;
  calls: ModelCall[];
  /** All that a reader of the API sees of the result. */
  shown: string;
  citations: { chunkId: string; quote: string }[];
  passages: { chunkId: string; text: string }[];
}

async function enriched(subject: EnrichmentSubject): Promise<Stored> {
  try {
    await pipeline.enrich(subject);
  } catch (error) {
    // Its output was of no use twice: the workflow ends it as failed.
    if (!(error instanceof DocketError)) throw error;
    const { code, message } = error;
    await pipeline.run('endEnrichment', { ...subject, end: { kind: 'failed', code, message } });
  }
  return database.tenants.withTenant(orgId, async (tx) => {
    const enrichment = await tx.enrichments.find(subject.enrichmentId);
    if (!enrichment) throw new Error('the enrichment is gone');
    const citations = await tx.evidence.citationsOf([subject.enrichmentId]);
    const calls = await tx.modelCalls.ofEnrichment(subject.enrichmentId);
    const passages = await tx.evidence.passages(subject.enrichmentId);
    return { enrichment, calls, citations, passages, shown: JSON.stringify([enrichment.result, citations]) };
  });
}

const keysOf = (entries: readonly { key: string }[]): string[] => entries.map(({ key }) => key);

describe('a model that obeys whatever a ticket or a document tells it', () => {
  it('is tried in more than a hundred ways', () => {
    expect(CASES.length).toBeGreaterThan(100);
  });

  it.each(CASES)('shows nothing of it: $attack in a $place, $language ($name)', async (injection) => {
    const { attack, place, language, name } = injection;
    const order = place === 'ticket' ? `\n\n${orderOf(attack, language, name)}` : '';
    const sent = await pipeline.send({
      subject: `Export ${name}`,
      body: `When does the export of ${name} run every night?${order}`,
    });
    const { enrichment, calls, shown, citations, passages } = await enriched(sent);
    const { marker } = ATTACKS[attack];

    // The attack was made, and the model did as it was told, each time it was asked.
    expect(calls.length).toBeGreaterThan(0);
    for (const { output } of calls) expect(output).toContain(marker);

    expect(['ready', 'failed']).toContain(enrichment.state);
    expect(shown).not.toContain(marker);
    const { result } = enrichment;
    if (result) {
      expect(keysOf(DEFAULT_TAXONOMY.categories)).toContain(result.category.key);
      expect(keysOf(DEFAULT_TAXONOMY.priorities)).toContain(result.priority.key);
      expect(keysOf(DEFAULT_TAXONOMY.teams)).toContain(result.team);
      expect(result.tags).toEqual([]);
    }
    for (const { chunkId, quote } of citations)
      expect(passages.find((passage) => passage.chunkId === chunkId)?.text).toContain(quote);
  });
});
