import type { DocumentIngestActivities } from '@docket/activities/document-ingest/types';
import { currentLogContext, type LogContext } from '@docket/platform/logging/log-context';
import { Context } from '@temporalio/activity';

export type ActivityName = keyof DocumentIngestActivities;
type InputOf<N extends ActivityName> = Parameters<DocumentIngestActivities[N]>[0];
type ResultOf<N extends ActivityName> = Awaited<ReturnType<DocumentIngestActivities[N]>>;

/** What one activity answers in one scenario, by its input and by how often that scenario called it, from 1. */
export type Script = {
  [N in ActivityName]?: (input: InputOf<N>, call: number) => ResultOf<N> | Promise<ResultOf<N>>;
};

export interface Call {
  name: ActivityName;
  input: unknown;
  attempt: number;
  isLocal: boolean;
  /** What the interceptors carried here. */
  log: LogContext;
}

/** Nothing is there yet, as the real activity says it: an attempt that names its own delay. */
export class NothingThere extends Error {
  override readonly name = 'NotUploadedYet';
  readonly retryAfterSeconds = 30;
}

export const CONTENT = '01990000-0000-7000-8000-0000000000c0';

/** What every activity answers unless a scenario says otherwise: the shortest way to an indexed document. */
const PLAIN: Required<Script> = {
  findUploadedObject({ lastLook }) {
    if (!lastLook) throw new NothingThere('nothing has been uploaded yet');
    return false;
  },
  readContent: () => ({
    outcome: 'parsed',
    contentId: CONTENT,
    fencingToken: 1,
    chunkCount: 3,
    missingVectors: 0,
  }),
  embedContentChunks: () => ({ missingVectors: 0 }),
  indexContent: () => ({ outcome: 'indexed', chunkCount: 3 }),
  endIngest: () => undefined,
};

interface Play {
  script: Script;
  calls: Call[];
}

/** Stand-ins for all activities of the ingest. Each document follows a script of its own, and leaves a list of calls. */
export class ScriptedActivities {
  readonly #plays = new Map<string, Play>();

  /** Returns the list that this document's calls are added to. */
  follow(documentId: string, script: Script): Call[] {
    const play: Play = { script, calls: [] };
    this.#plays.set(documentId, play);
    return play.calls;
  }

  readonly activities: DocumentIngestActivities = {
    findUploadedObject: (input) => this.#answer('findUploadedObject', input),
    readContent: (input) => this.#answer('readContent', input),
    embedContentChunks: (input) => this.#answer('embedContentChunks', input),
    indexContent: (input) => this.#answer('indexContent', input),
    endIngest: (input) => this.#answer('endIngest', input),
  };

  async #answer<N extends ActivityName>(name: N, input: InputOf<N>): Promise<ResultOf<N>> {
    const play = this.#plays.get(input.documentId);
    if (!play) throw new Error(`no script for the document ${input.documentId}`);
    const { attempt, isLocal } = Context.current().info;
    play.calls.push({ name, input, attempt, isLocal, log: { ...currentLogContext() } });
    const call = play.calls.filter((made) => made.name === name).length;
    const answer = play.script[name] ?? PLAIN[name];
    return answer(input, call);
  }
}

/** Heartbeats until the server says that the activity is cancelled, as long reading does. */
export async function untilCancelled(): Promise<never> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 20);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(beat);
  }
}
