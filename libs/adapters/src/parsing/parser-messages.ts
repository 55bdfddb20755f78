import type { ErrorCode } from '@docket/domain/errors';
import type { ParsedChunk, ParsedContent, ParseJob } from './parse-job.js';

/** What the pool sends to a child: one job at a time. */
export interface ParseRequest extends ParseJob {
  readonly id: number;
  readonly maxOutputBytes: number;
  /** The pool's own wall clock; the child gives up by itself at twice this, should nobody be left to end it. */
  readonly stallMs: number;
}

/**
 * What a child sends back. `refused` is a domain error; `failed` is anything else a parser threw, final as
 * well, since parsers are deterministic; `unread` means that the file itself could not be opened, which says
 * nothing about it.
 */
export type ParseReply =
  | {
      readonly id: number;
      readonly outcome: 'parsed';
      readonly content: Omit<ParsedContent, 'chunks'>;
      /** What the child holds after the file. */
      readonly residentMb: number;
    }
  | { readonly id: number; readonly outcome: 'refused'; readonly code: ErrorCode; readonly message: string }
  | { readonly id: number; readonly outcome: 'failed' | 'unread'; readonly message: string };

/** Some passages of a file, in order, sent before its answer: one large message would hold up the process that reads it. */
export interface ParsedPart {
  readonly id: number;
  readonly chunks: readonly ParsedChunk[];
}

export function isPart(message: unknown): message is ParsedPart {
  return typeof message === 'object' && message !== null && 'id' in message && 'chunks' in message;
}

/** Whether a message of a child is an answer, as opposed to its first word. */
export function isReply(message: unknown): message is ParseReply {
  return typeof message === 'object' && message !== null && 'id' in message && 'outcome' in message;
}

/** Sent once by a child when its modules are loaded and it takes jobs. */
export interface ChildReady {
  readonly ready: true;
}

export type ChildMessage = ChildReady | ParsedPart | ParseReply;
