import type { DocketClient } from '../client/docket-client.ts';
import { expect } from './expect.ts';

interface Replayed {
  state: string;
  replay: {
    diff: {
      changed: string[];
      citations: Record<'kept' | 'added' | 'removed', { title: string; quote: string }[]>;
    } | null;
  } | null;
}

const WAIT = { prefer: 'wait=30' };
/** Says what the ticket asks, in more of its words than the article that was found first. */
const NEWS = {
  title: 'Longer trials',
  mediaType: 'text/markdown',
  text: '# Longer trials\n\nThe trial of the Bloom plan for a new workspace now lasts 30 days, and does not need a payment card.\n',
};

/** The same question again: over the same passages it is answered alike, over fresh ones it is answered by what is new. */
export async function replayTicket(
  docket: DocketClient,
  ticketId: string,
  enrichmentId: string,
): Promise<void> {
  console.log('\n# The first ticket again, beside its answer');
  const same = await replay(docket, enrichmentId, 'pinned');
  expect(same.changed.length === 0, `no difference over the same passages, not ${same.changed.join(', ')}`);
  console.log('  over the passages of then: no difference');
  const learned = await docket.request<{ id: string }>('POST', '/v1/documents', NEWS, WAIT);
  const fresh = await replay(docket, enrichmentId, 'fresh');
  const { added, kept, removed } = fresh.citations;
  expect(
    added.some(({ title }) => title === NEWS.title),
    'a replay over fresh passages to quote the new article',
  );
  console.log(`  over fresh ones, after a new article: ${fresh.changed.join(', ')} came out otherwise;`);
  console.log(`  ${kept.length} citations kept, ${removed.length} gone, new: “${added[0]?.quote}”`);
  const { body } = await docket.request<{ enrichment: { id: string } }>('GET', `/v1/tickets/${ticketId}`);
  expect(body.enrichment.id === enrichmentId, 'the ticket to show the answer that it had');
  await docket.request('DELETE', `/v1/documents/${learned.body.id}`);
}

async function replay(docket: DocketClient, enrichmentId: string, passages: 'pinned' | 'fresh') {
  const path = `/v1/enrichments/${enrichmentId}/replays`;
  const { body } = await docket.request<Replayed>('POST', path, { passages }, WAIT);
  const diff = body.replay?.diff;
  expect(body.state === 'ready' && diff !== undefined, `a replay with a difference, not ${body.state}`);
  return diff ?? { changed: [], citations: { kept: [], added: [], removed: [] } };
}
