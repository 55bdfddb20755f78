import { readFile } from 'node:fs/promises';
import { DocketError } from '@docket/domain/errors';
import { parseContent } from './parse-content.js';
import type { ParsedContent } from './parse-job.js';
import type { ChildMessage, ParseReply, ParseRequest } from './parser-messages.js';

/*
 * The entry of a parser's child process. It takes one job at a time over the channel, answers it, and ends with the
 * channel, so that it never outlives the process that started it.
 */

function isRequest(message: unknown): message is ParseRequest {
  return typeof message === 'object' && message !== null && 'id' in message && 'source' in message;
}

function send(message: ChildMessage): void {
  process.send?.(message);
}

async function answer(request: ParseRequest): Promise<ParseReply> {
  const { id, source, declared, options, maxOutputBytes } = request;
  let bytes: Uint8Array;
  try {
    bytes = 'bytes' in source ? source.bytes : await readFile(source.path);
  } catch (error) {
    return { id, outcome: 'unread', message: messageOf(error) };
  }
  try {
    const content = parseContent(bytes, declared, options);
    const size = outputBytes(content);
    if (size > maxOutputBytes) {
      throw new DocketError('document.too_large', `The file makes ${size} bytes of passages; at most ${maxOutputBytes} are taken.`);
    }
    return { id, outcome: 'parsed', content };
  } catch (error) {
    if (error instanceof DocketError) return { id, outcome: 'refused', code: error.code, message: error.message };
    return { id, outcome: 'failed', message: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The size of a result as it will be serialised, by its strings and vectors: reckoned, since serialising twice is dear. */
function outputBytes({ text, chunks }: ParsedContent): number {
  let bytes = text.length * 2;
  for (const chunk of chunks) {
    const headings = chunk.sectionPath.reduce((sum, heading) => sum + heading.length, 0);
    bytes += (chunk.text.length + headings) * 2 + chunk.weights.length + (chunk.vector?.byteLength ?? 0);
  }
  return bytes;
}

process.on('message', (message: unknown) => {
  if (isRequest(message)) void answer(message).then(send);
});
process.on('disconnect', () => process.exit(0));
send({ ready: true });
