import type { FileToUpload } from '../../tools/client/docket-client.ts';
import { manyPages, markdown, type FullDocument } from '../end-to-end/support/documents.ts';
import type { EndToEnd } from '../end-to-end/support/environment.ts';
import { runOf } from '../end-to-end/support/runs.ts';
import { until } from '../support/until.ts';

/** Where an ingest is when something happens to it, and what holds it there. */
export interface Place {
  step: string;
  /** Null: the run waits for its upload. */
  hold: ((on: EndToEnd) => Promise<() => Promise<void>>) | null;
  file: (subject: string) => FileToUpload;
}

export const PLACES: readonly Place[] = [
  { step: 'receive', hold: null, file: markdown },
  {
    step: 'parse',
    hold: async (on) => {
      let mend: (() => void) | null = on.stack.storage.breakContents();
      return async () => {
        mend?.();
        mend = null;
      };
    },
    file: markdown,
  },
  // More passages than the parser gives vectors on its way, so that embedding is a step of its own.
  { step: 'embed', hold: (on) => refuseInserts(on, 'chunk_embeddings'), file: manyPages },
  { step: 'index', hold: (on) => refuseInserts(on, 'lexeme_changes'), file: markdown },
];

export interface Reached {
  documentId: string;
  runId: string;
  /** Takes away what holds it. */
  letGo: () => Promise<void>;
  /** Uploads the bytes of a run that still waits for them. */
  bring: () => Promise<void>;
}

/** Brings a document so far, and holds it there. */
export async function reach(on: EndToEnd, { step, hold, file }: Place, subject: string): Promise<Reached> {
  const bytes = file(subject.replaceAll(' ', ''));
  const letGo = hold ? await hold(on) : async () => undefined;
  const { documentId, runId, upload } = await on.docket.announce(bytes);
  if (!runId || !upload) throw new Error('the bytes are known already');
  const bring = (): Promise<void> => on.docket.put(upload, bytes.bytes);
  if (!hold) {
    await until('it waits for its upload', () => firstTaskIsDone(on, runId));
    return { documentId, runId, letGo, bring };
  }
  await bring();
  try {
    await until(`it is at ${step}`, async () => {
      const document = await on.docket.document(documentId);
      return (document as FullDocument & { step: string | null }).step === step;
    });
  } catch (error) {
    await letGo();
    throw error;
  }
  return { documentId, runId, letGo, bring: async () => undefined };
}

async function firstTaskIsDone(on: EndToEnd, runId: string): Promise<boolean> {
  const { workflowId } = await runOf(on, runId);
  const { events } = await on.temporal.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).some((event) => event.workflowTaskCompletedEventAttributes);
}

/** Makes every insert into a table of the org fail until the answer is called: the step that writes there is stuck. */
async function refuseInserts(on: EndToEnd, table: string): Promise<() => Promise<void>> {
  const { database } = on.stack;
  await database.asAdmin(
    `create or replace function refuse_insert() returns trigger language plpgsql as
     $$ begin raise exception 'refused by a test'; end $$`,
  );
  await database.asAdmin(
    `create trigger refused before insert on ${table} for each row execute function refuse_insert()`,
  );
  return async () => {
    await database.asAdmin(`drop trigger if exists refused on ${table}`);
  };
}
