import { startJsonServer, type JsonRequest, type JsonServer } from './json-server.ts';

export { sendJson } from './json-server.ts';

interface RerankBody {
  model: string;
  query: string;
  documents: string[];
  top_n?: number;
  truncation?: boolean;
}

export type RerankServer = JsonServer<RerankBody>;

/**
 * Speaks the wire formats of Voyage AI's and Cohere's rerankers on 127.0.0.1, told apart by what only one of them sends. It
 * is no model: the longer a text, the better it answers.
 */
export async function startRerankServer(): Promise<RerankServer> {
  return startJsonServer(answerTo);
}

/** Best first, as both do; the number says which text is meant. */
export function scoredBestFirst(texts: readonly string[]) {
  const longest = Math.max(1, ...texts.map((text) => text.length));
  return texts
    .map((text, index) => ({ index, relevance_score: text.length / longest }))
    .sort((one, other) => other.relevance_score - one.relevance_score);
}

function answerTo({ body }: JsonRequest<RerankBody>): object {
  const scored = scoredBestFirst(body.documents);
  const isCohere = body.top_n !== undefined;
  return isCohere
    ? { id: 'one', results: scored, meta: { billed_units: { search_units: 1 } } }
    : { object: 'list', data: scored, model: body.model, usage: { total_tokens: 1 } };
}
