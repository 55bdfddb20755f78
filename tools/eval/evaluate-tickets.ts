import type { LanguageModel } from '@docket/adapters/language-model';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { BUILT_IN_PROMPT_VERSION } from '@docket/domain/prompt/ticket-enrichment';
import { TicketPipeline } from '../../test/support/ticket-pipeline.ts';
import { sampleTaxonomy, sampleTickets, type SampleTicket } from '../client/sample-tickets.ts';
import { SPLITS, type Split } from './evaluate.ts';
import type { StoredKnowledge } from './knowledge-base.ts';
import { measureTickets, type JudgedTicket, type TicketEvaluation } from './ticket-measures.ts';

/** Parts of the tuning tickets: each is sorted by what the others taught. */
const FOLDS = 4;

/** In place of the random part of an id. */
const NO_CHANCE = new Uint8Array(10);

export interface EvaluatedTickets {
  evaluation: TicketEvaluation;
  judged: Record<Split, JudgedTicket[]>;
}

/**
 * Enriches every sample ticket as a worker does, and judges what was stored. The tickets of the tuning part are the
 * labelled examples: those of the reported part are sorted by all of them, their own by the other folds'.
 */
export async function evaluateTickets(
  tenants: TenantDatabase,
  knowledge: StoredKnowledge,
  model: LanguageModel,
): Promise<EvaluatedTickets> {
  const { orgId } = knowledge;
  await tenants.withTenant(orgId, (tx) => tx.taxonomies.add(sampleTaxonomy(), 'evaluation'));
  const tune = sampleTickets().filter(({ split }) => split === 'tune');
  const report = sampleTickets().filter(({ split }) => split === 'report');
  const judged: Record<Split, JudgedTicket[]> = { tune: [], report: [] };
  const enrichAll = async (tickets: readonly SampleTicket[], taught: readonly SampleTicket[]) =>
    enrichTaught(tenants, knowledge, model, { tickets, taught });
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const isOfFold = (_: SampleTicket, index: number): boolean => index % FOLDS === fold;
    const rest = tune.filter((ticket, index) => !isOfFold(ticket, index));
    judged.tune.push(...(await enrichAll(tune.filter(isOfFold), rest)));
  }
  judged.report.push(...(await enrichAll(report, tune)));
  const name = `${model.provider} ${model.defaultModel}, prompt ${BUILT_IN_PROMPT_VERSION}`;
  const [first, second] = SPLITS.map((split) => measureTickets(judged[split]));
  if (!first || !second) throw new Error('a part of the tickets was not measured');
  return { evaluation: { [name]: { tune: first, report: second } }, judged };
}

async function enrichTaught(
  tenants: TenantDatabase,
  knowledge: StoredKnowledge,
  model: LanguageModel,
  { tickets, taught }: { tickets: readonly SampleTicket[]; taught: readonly SampleTicket[] },
): Promise<JudgedTicket[]> {
  const { orgId } = knowledge;
  const labels = new Map<string, string>();
  const examples = taught.map(({ subject, body, category, priority }, index) => {
    // Examples are learned in the order of their ids: the same in every run, or figures would move by themselves.
    const id = uuidV7(index, NO_CHANCE);
    labels.set(id, category);
    return { id, subject, body, category, priority, team: teamOf(category), reply: null };
  });
  await tenants.withTenant(orgId, (tx) => tx.examples.insertAll(examples));
  // A pipeline of its own: its sorter learns at once, and not in the background behind an older model.
  const pipeline = new TicketPipeline(tenants, orgId, [model]);
  const judged: JudgedTicket[] = [];
  for (const ticket of tickets) {
    const sent = await pipeline.send(ticket);
    await pipeline.enrich(sent);
    judged.push(
      await tenants.withTenant(orgId, (tx) =>
        judgeStored(tx, sent.enrichmentId, ticket, { knowledge, labels }),
      ),
    );
  }
  await tenants.withTenant(orgId, async (tx) => {
    for (const { id } of examples) await tx.examples.delete(id);
  });
  return judged;
}

/** Reads back what is stored, and holds it against the label and the files, without the checks of the product. */
async function judgeStored(
  tx: TenantTransaction,
  id: string,
  { category, priority, answers }: SampleTicket,
  { knowledge, labels }: { knowledge: StoredKnowledge; labels: ReadonlyMap<string, string> },
): Promise<JudgedTicket> {
  const enrichment = await tx.enrichments.find(id);
  const result = enrichment?.result;
  if (!enrichment || !result) throw new Error(`enrichment ${id} has no result: ${enrichment?.errorMessage}`);
  const passages = await tx.evidence.passages(id);
  const calls = await tx.modelCalls.ofEnrichment(id);
  const document = (documentId: string): string => knowledge.names.get(documentId) ?? '';
  return {
    expected: { category, priority, answers, team: teamOf(category) },
    shown: {
      category: result.category.key,
      priority: result.priority.key,
      team: result.team,
      answerable: result.answerable,
    },
    nearest: labels.get(enrichment.exampleIds[0] ?? '') ?? null,
    passages: passages.map(({ documentId, text }) => ({ document: document(documentId), text })),
    citations: (await tx.evidence.citationsOf([id])).map((citation) => {
      const name = document(citation.documentId);
      const there = knowledge.texts.get(name)?.slice(citation.charStart, citation.charEnd);
      const passage = passages.find(({ chunkId }) => chunkId === citation.chunkId);
      return { document: name, text: passage?.text ?? '', isVerbatim: there === citation.quote };
    }),
    retrievalConfidence: enrichment.evidence?.retrievalConfidence ?? 0,
    costMicros: calls.reduce((sum, { costMicros }) => sum + (costMicros ?? 0), 0),
    latencyMs: calls.reduce((sum, { latencyMs }) => sum + latencyMs, 0),
  };
}

function teamOf(category: string): string {
  return sampleTaxonomy().categories.find(({ key }) => key === category)?.team ?? '';
}
