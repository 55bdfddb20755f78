// First, so that nothing below can reach the network.
import './parser-lockdown.js';
import { readFile } from 'node:fs/promises';
import { createContext, Script } from 'node:vm';
import { DocketError } from '@docket/domain/errors';
import { parseContent } from './parse-content.js';
import { isParserKind, loadParser } from './parsers.js';
import type { ParsedContent } from './parse-job.js';
import type { ChildMessage, ParseReply, ParseRequest } from './parser-messages.js';

/*
 * The entry of a parser's child process. It takes one job at a time over the channel, answers it, and ends
 * with the channel, so that it does not outlive the process that started it.
 */

/** Some 1 MB with vectors: a few milliseconds of whoever reads it. */
const CHUNKS_PER_MESSAGE = 64;

const CALL = new Script('work()');
const callee = { work: (): void => undefined };
// One context for all jobs: making one takes 0.6 ms, a good part of what a small file takes to parse.
const context = createContext(callee);

function isRequest(message: unknown): message is ParseRequest {
  return typeof message === 'object' && message !== null && 'id' in message && 'source' in message;
}

function send(message: ChildMessage): void {
  process.send?.(message);
}

async function answer(request: ParseRequest): Promise<ParseReply> {
  const { id, source, declared, options, maxOutputBytes, stallMs } = request;
  let bytes: Uint8Array;
  try {
    bytes = 'bytes' in source ? source.bytes : await readFile(source.path);
  } catch (error) {
    return { id, outcome: 'unread', message: messageOf(error) };
  }
  try {
    const content = await parseContent(bytes, declared, options, (work) => withinTime(work, stallMs * 2));
    const size = outputBytes(content);
    if (size > maxOutputBytes) {
      throw new DocketError(
        'document.too_large',
        `The file makes ${size} bytes of passages; at most ${maxOutputBytes} are taken.`,
      );
    }
    const { chunks, ...facts } = content;
    for (let first = 0; first < chunks.length; first += CHUNKS_PER_MESSAGE)
      send({ id, chunks: chunks.slice(first, first + CHUNKS_PER_MESSAGE) });
    return { id, outcome: 'parsed', content: facts, residentMb: process.memoryUsage.rss() / 1_048_576 };
  } catch (error) {
    if (error instanceof DocketError)
      return { id, outcome: 'refused', code: error.code, message: error.message };
    return { id, outcome: 'failed', message: messageOf(error) };
  }
}

/**
 * Runs `work`, and ends this process when it takes too long. Normally the pool does that sooner; but where
 * the pool's process was killed, a parser in an endless loop never hears that the channel is gone. `vm` is
 * the one clock in Node that stops synchronous code; a parser that waits between its steps hears by itself.
 */
function withinTime<T>(work: () => T, timeoutMs: number): T {
  const results: T[] = [];
  callee.work = () => void results.push(work());
  try {
    CALL.runInContext(context, { timeout: timeoutMs });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      process.exit(1);
    throw error;
  }
  const [result] = results;
  if (results.length === 0) throw new Error('The parser gave no result.');
  return result as T;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The size of a result as it will be serialised, by its strings and vectors: reckoned, since serialising
 * twice is dear.
 */
function outputBytes({ text, chunks }: ParsedContent): number {
  let bytes = text.length * 2;
  for (const chunk of chunks) {
    const headings = chunk.sectionPath.reduce((sum, heading) => sum + heading.length, 0);
    bytes += (chunk.text.length + headings) * 2 + chunk.weights.length + (chunk.vector?.byteLength ?? 0);
  }
  return bytes;
}

/** The parser that this child has loaded before its first file: that of the kind its place parsed last. */
async function warm(): Promise<void> {
  const kind = process.argv[2] ?? '';
  if (isParserKind(kind)) await loadParser(kind);
}

process.on('message', (message: unknown) => {
  if (isRequest(message)) void answer(message).then(send);
});
process.on('disconnect', () => process.exit(0));
await warm();
send({ ready: true });
