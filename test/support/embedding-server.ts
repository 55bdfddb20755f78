import {
  startJsonServer,
  type JsonRequest,
  type JsonServer,
  type Trouble as TroubleWith,
} from './json-server.ts';

export { sendJson } from './json-server.ts';

interface EmbeddingBody {
  model: string;
  input: string[];
  input_type?: string;
  output_dimension?: number;
}

export type EmbeddingRequest = JsonRequest<EmbeddingBody>;
export type EmbeddingServer = JsonServer<EmbeddingBody>;
export type Trouble = TroubleWith<EmbeddingBody>;

/**
 * Speaks the wire format of Voyage AI's and OpenAI's embeddings on 127.0.0.1. Its vectors are no model's: letters are
 * counted, so equal texts have equal vectors and like texts like ones.
 */
export async function startEmbeddingServer(dimension: number): Promise<EmbeddingServer> {
  return startJsonServer((request) => answerTo(request, dimension));
}

export function answerTo({ body }: EmbeddingRequest, dimension: number) {
  const data = body.input.map((text, index) => ({
    object: 'embedding',
    index,
    embedding: lettersOf(text, dimension),
  }));
  return { object: 'list', data, model: body.model, usage: { total_tokens: body.input.join(' ').length } };
}

function lettersOf(text: string, dimension: number): number[] {
  const counts = new Array<number>(dimension).fill(0.01);
  for (const letter of text.toLowerCase()) {
    const place = (letter.codePointAt(0) ?? 0) % dimension;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}
