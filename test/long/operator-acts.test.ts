import { parseTypeId } from '@docket/domain/ids/type-id';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FileToUpload } from '../../tools/client/docket-client.ts';
import { ended, manyPages, markdown, type FullDocument } from '../end-to-end/support/documents.ts';
import { devServer, EndToEnd } from '../end-to-end/support/environment.ts';
import { runIs, runOf, type FullRun } from '../end-to-end/support/runs.ts';
import { until } from '../support/until.ts';

/** Longest from an operator's act to rows that agree. */
const AGREE_WITHIN_MS = 5_000;

/** Where a run is when the operator acts on it, and what holds it there. */
interface Place {
  step: string;
  /** Null: the run waits for its upload. */
  hold: ((on: EndToEnd) => Promise<() => Promise<void>>) | null;
  file: (subject: string) => FileToUpload;
}

const PLACES: readonly Place[] = [
  { step: 'receive', hold: null, file: markdown },
  {
    step: 'parse',
    hold: async (on) => {
      const mend = on.stack.storage.breakContents();
      return async () => mend();
    },
    file: markdown,
  },
  // More passages than the parser gives vectors on its way, so that embedding is a step of its own.
  { step: 'embed', hold: (on) => refuseInserts(on, 'chunk_embeddings'), file: manyPages },
  { step: 'index', hold: (on) => refuseInserts(on, 'lexeme_changes'), file: markdown },
];

const CLOSED = { terminate: 'terminated', cancel: 'cancelled' } as const;

/** What operators do in the Temporal Web UI, by the same calls, wherever a document is. */
describe('rows agree within five seconds with what an operator did in Temporal to a run at', () => {
  let on: EndToEnd;
  beforeAll(async () => {
    on = await EndToEnd.open(devServer);
  }, 120_000);
  afterAll(() => on.close(), 120_000);

  describe.each(PLACES)('$step', (place) => {
    it.each(['terminate', 'cancel'] as const)(
      '%s: it can be retried, and is searchable then',
      async (act) => {
        const reached = await reach(on, place, `${act} at ${place.step}`);
        const handle = on.temporal.workflow.getHandle((await runOf(on, reached.runId)).workflowId);
        await (act === 'terminate' ? handle.terminate('by an operator') : handle.cancel());
        const run = await runIs(on, reached.runId, CLOSED[act], AGREE_WITHIN_MS);
        expect(run.error?.code).toBe(`run.${CLOSED[act]}`);
        await until(
          'its execution is known to be over',
          async () => (await runOf(on, reached.runId)).executions.every(({ endedAt }) => endedAt !== null),
          AGREE_WITHIN_MS,
        );
        expect(await on.docket.document(reached.documentId)).toMatchObject({
          state: 'index_error',
          error: { code: `run.${CLOSED[act]}`, retryable: true },
        });

        await reached.letGo();
        await on.docket.request('POST', `/v1/documents/${reached.documentId}/retry`);
        await reached.bring();
        expect((await ended(on, reached.documentId)).state).toBe('indexed');
        expect(await isComplete(on, reached.documentId)).toBe(true);
      },
      90_000,
    );

    it('reset: it goes on with another execution, and is searchable then', async () => {
      const reached = await reach(on, place, `reset at ${place.step}`);
      const before = await resetToTheStart(on, reached.runId);
      await until(
        'both executions are known, and the first is over',
        async () => {
          const { state, executions } = await runOf(on, reached.runId);
          return isOpen(state) && executions.length === 2 && isOver(executions, before);
        },
        AGREE_WITHIN_MS,
      );
      await reached.letGo();
      await reached.bring();
      expect((await ended(on, reached.documentId)).state).toBe('indexed');
      expect((await runOf(on, reached.runId)).state).toBe('succeeded');
      expect(await isComplete(on, reached.documentId)).toBe(true);
    }, 90_000);
  });
});

interface Reached {
  documentId: string;
  runId: string;
  /** Takes away what holds it. */
  letGo: () => Promise<void>;
  /** Uploads the bytes of a run that still waits for them. */
  bring: () => Promise<void>;
}

async function reach(on: EndToEnd, { step, hold, file }: Place, subject: string): Promise<Reached> {
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

/** Resets a run to its first task, and answers with the execution that this ended. */
async function resetToTheStart(on: EndToEnd, runId: string): Promise<string> {
  const { workflowId } = await runOf(on, runId);
  const handle = on.temporal.workflow.getHandle(workflowId);
  const { runId: before } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const firstTask = (events ?? []).find((event) => event.workflowTaskCompletedEventAttributes);
  await on.temporal.workflowService.resetWorkflowExecution({
    namespace: on.server.namespace,
    workflowExecution: { workflowId, runId: before },
    reason: 'by an operator',
    workflowTaskFinishEventId: firstTask?.eventId ?? 4,
    requestId: `reset-of-${runId}`,
  } as never);
  return before;
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

/** Whether a document has passages, and each of them lexical weights and a vector. */
async function isComplete(on: EndToEnd, documentId: string): Promise<boolean> {
  const [counted] = await on.stack.database.asAdmin<{ passages: number; weights: number; vectors: number }>(
    `select count(*)::integer as passages, count(l.chunk_id)::integer as weights, count(e.chunk_id)::integer as vectors
       from documents d
       join chunks p on p.org_id = d.org_id and p.content_id = d.current_content_id
       left join chunk_lexical l on l.org_id = p.org_id and l.chunk_id = p.id
       left join chunk_embeddings e on e.org_id = p.org_id and e.chunk_id = p.id
      where d.id = $1`,
    [parseTypeId('document', documentId)],
  );
  if (!counted || counted.passages === 0) return false;
  return counted.weights === counted.passages && counted.vectors === counted.passages;
}

function isOpen(state: string): boolean {
  return ['queued', 'running', 'waiting'].includes(state);
}

function isOver(executions: FullRun['executions'], temporalRunId: string): boolean {
  return executions.some((one) => one.temporalRunId === temporalRunId && one.endedAt !== null);
}
