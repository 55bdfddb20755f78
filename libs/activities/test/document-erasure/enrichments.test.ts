import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Enrichment } from '@docket/db/enrichments';
import { anthropicModels } from '../../../../test/support/anthropic-models.ts';
import { AnthropicStandIn } from '../../../../test/support/anthropic-stand-in.ts';
import { tracesOf } from '../../../../test/support/traces.ts';
import { TicketPipeline } from '../../../../test/support/ticket-pipeline.ts';
import { IngestWorld } from '../document-ingest/support/ingest-world.ts';
import { newId } from '../../../../test/support/database.ts';
import { untilSomebodyWaits } from '../../../../test/support/lock-waits.ts';
import { eraseFromEnrichments } from '../../src/document-erasure/erase-from-enrichments.ts';
import { settleDecision } from '../../src/enrichment-decision/settle-decision.ts';
import { ErasureWorld } from './support/erasure-world.ts';

let world: IngestWorld;
let erasures: ErasureWorld;
let standIn: AnthropicStandIn;
let pipeline: TicketPipeline;
/** Runs while the model is asked. */
let meanwhile: () => Promise<unknown> = async () => undefined;

beforeAll(async () => {
  world = await IngestWorld.open();
  erasures = new ErasureWorld(world);
  standIn = await AnthropicStandIn.start(async (request) => {
    await meanwhile();
    return { kind: 'answer', text: quoting(request.messages[0]?.content ?? '') };
  });
  pipeline = new TicketPipeline(world.database.tenants, world.orgId, anthropicModels(standIn));
}, 60_000);
afterEach(() => {
  meanwhile = async () => undefined;
});
afterAll(async () => {
  await standIn.stop();
  await world.close();
}, 60_000);

const KEPT = 'Every kettle has its own shelf in the pantry.';
const secretOf = (word: string): string => `The ${word} opens with the seventh copper key.`;

/** Repeats what it saw of vaults wherever a model can write, and cites it; knows of kettles otherwise. */
function quoting(prompt: string): string {
  const passages = prompt.split(/^(?=P\d+: )/m).slice(1);
  const quote = /The \w+ opens with the seventh copper key\./.exec(prompt)?.[0] ?? KEPT;
  const place = passages.findIndex((passage) => passage.includes(quote));
  return JSON.stringify({
    ...{ summary: `Asks. ${quote}`, language: 'en', category: 'question', categoryConfidence: 0.9 },
    ...{
      priority: 'normal',
      priorityReason: `Because: ${quote}`,
      sentiment: 'neutral',
      tags: [],
      team: null,
    },
    ...{ answerable: true, reply: `${quote} [1]` },
    citations: [{ marker: 1, passage: `P${place + 1}`, quote }],
  });
}

async function learn(word: string): Promise<string> {
  const text = `# Vaults\n\n${secretOf(word)} Nobody else may know.\n`;
  return (await world.index({ text })).documentId;
}

async function read(enrichmentId: string): Promise<Enrichment | null> {
  return world.database.tenants.withTenant(world.orgId, (tx) => tx.enrichments.find(enrichmentId));
}

/** What comes of work that begins while an erasure has the enrichment locked and has not committed yet. */
async function besideErasure<T>(
  enrichmentId: string,
  documentId: string,
  work: () => Promise<T>,
): Promise<T> {
  const begun = await world.database.tenants.withTenant(world.orgId, async (tx) => {
    await tx.enrichments.lock(enrichmentId);
    const done = work();
    await untilSomebodyWaits(world.database);
    await eraseFromEnrichments(tx, documentId);
    return { done };
  });
  return begun.done;
}

describe('what a model wrote from a document that is erased', () => {
  beforeAll(async () => {
    await world.index({ text: `# Kettles\n\n${KEPT}\n` });
  });

  it('goes with it: reply, citation, raw output, and the words it repeats; the sorting and the cost stay', async () => {
    const documentId = await learn('Quetzalvault');
    const ticket = await pipeline.send({ subject: 'The vault', body: 'How does the vault open with a key?' });
    await pipeline.enrich(ticket);
    expect(await read(ticket.enrichmentId)).toMatchObject({ state: 'ready', result: { answerable: true } });
    expect(await tracesOf('Quetzalvault', world.database, world.folder)).toEqual(
      expect.arrayContaining(['enrichments', 'enrichment_citations', 'model_calls']),
    );
    const receipt = await erasures.erase(documentId);
    expect(receipt.removed).toMatchObject({ replies: 1, citations: 1, modelOutputs: 1 });
    expect(await tracesOf('Quetzalvault', world.database, world.folder)).toEqual([]);
    expect(await read(ticket.enrichmentId)).toMatchObject({
      state: 'ready',
      result: {
        answerable: false,
        abstainReason: 'citations_unsupported',
        suggestedReply: null,
        summary: '',
        category: { key: 'question' },
        priority: { key: 'normal', reason: '' },
      },
    });
    const calls = await world.database.tenants.withTenant(world.orgId, (tx) =>
      tx.modelCalls.ofEnrichment(ticket.enrichmentId),
    );
    expect(calls).toMatchObject([{ outcome: 'completed', output: null, costMicros: 4_000 }]);
  });

  it('stays where it was written from other documents alone', async () => {
    const documentId = await learn('Tigervault');
    const ticket = await pipeline.send({ subject: 'Kettles', body: 'Where is the shelf of a kettle?' });
    await pipeline.enrich(ticket);
    const before = await read(ticket.enrichmentId);
    await erasures.erase(documentId);
    expect((await read(ticket.enrichmentId))?.result).toEqual(before?.result);
  });

  it('is never stored when the document goes while the model is asked: it is asked again about what is left', async () => {
    const documentId = await learn('Ostrichvault');
    const ticket = await pipeline.send({ subject: 'The vault', body: 'How does the vault open with a key?' });
    await pipeline.run('gatherEvidence', { ...ticket, immediate: true });
    meanwhile = () => erasures.erase(documentId);
    await expect(pipeline.run('askModel', { ...ticket, round: 0 })).rejects.toThrow('erased while');
    meanwhile = async () => undefined;
    await pipeline.run('askModel', { ...ticket, round: 0 });
    await pipeline.run('settleAnswer', { ...ticket, round: 0 });
    expect(await tracesOf('Ostrichvault', world.database, world.folder)).toEqual([]);
    const calls = await world.database.tenants.withTenant(world.orgId, (tx) =>
      tx.modelCalls.ofEnrichment(ticket.enrichmentId),
    );
    // Both were paid for, and are counted.
    expect(calls.map(({ costMicros, setAside }) => [costMicros, setAside])).toEqual([
      [4_000, true],
      [4_000, false],
    ]);
  });

  it('is asked for anew when the document goes between the answer and its check', async () => {
    const documentId = await learn('Walrusvault');
    const ticket = await pipeline.send({ subject: 'The vault', body: 'How does the vault open with a key?' });
    await pipeline.run('gatherEvidence', { ...ticket, immediate: true });
    await pipeline.run('askModel', { ...ticket, round: 0 });
    await erasures.erase(documentId);
    expect(await pipeline.run('settleAnswer', { ...ticket, round: 0 })).toEqual({ outcome: 'repair' });
    await pipeline.run('askModel', { ...ticket, round: 1 });
    await pipeline.run('settleAnswer', { ...ticket, round: 1 });
    expect(await tracesOf('Walrusvault', world.database, world.folder)).toEqual([]);
    expect((await read(ticket.enrichmentId))?.state).toBe('ready');
  });

  it('is not stored by a check that had begun when the document went', async () => {
    const documentId = await learn('Flamingovault');
    const ticket = await pipeline.send({ subject: 'The vault', body: 'How does the vault open with a key?' });
    await pipeline.run('gatherEvidence', { ...ticket, immediate: true });
    await pipeline.run('askModel', { ...ticket, round: 0 });
    await erasures.request(documentId);
    const settled = await besideErasure(ticket.enrichmentId, documentId, () =>
      pipeline.run('settleAnswer', { ...ticket, round: 0 }),
    );
    expect(settled).toEqual({ outcome: 'repair' });
    await erasures.erase(documentId);
    expect(await tracesOf('Flamingovault', world.database, world.folder)).toEqual([]);
  });

  it('takes what people made of the reply along, and nobody has to decide on it any longer', async () => {
    const { tenants } = world.database;
    const { orgId } = world;
    const documentId = await learn('Pelicanvault');
    await tenants.withTenant(orgId, (tx) =>
      tx.orgs.update({ approvalPolicy: 'always', learnFromEdits: true }),
    );
    const about = { subject: 'The vault', body: 'How does the vault open with a key?' };
    const [waiting, edited] = [await pipeline.send(about), await pipeline.send(about)];
    for (const ticket of [waiting, edited]) await pipeline.enrich(ticket);
    const reply = `Dear customer! ${secretOf('Pelicanvault')}`;
    await tenants.withTenant(orgId, async (tx) => {
      const { enrichmentId } = edited;
      const verdict = { decision: 'edit', reply, reason: secretOf('Pelicanvault'), by: 'usr_1' } as const;
      await tx.decisions.decide(enrichmentId, verdict);
      await settleDecision(tx, { ...edited, why: 'told' }, newId);
      await tx.orgs.update({ approvalPolicy: 'never', learnFromEdits: false });
    });
    expect(await tracesOf('Pelicanvault', world.database, world.folder)).toEqual(
      expect.arrayContaining(['enrichment_decisions', 'examples']),
    );
    await erasures.erase(documentId);
    expect(await tracesOf('Pelicanvault', world.database, world.folder)).toEqual([]);
    expect((await read(edited.enrichmentId))?.state).toBe('edited');
    expect((await read(waiting.enrichmentId))?.state).toBe('ready');
    const settled = await tenants.withTenant(orgId, (tx) =>
      settleDecision(tx, { ...waiting, why: 'expired' }, newId),
    );
    expect(settled).toEqual({ state: 'ready' });
  });
});
