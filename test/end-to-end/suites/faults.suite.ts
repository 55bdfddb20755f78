import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { DocketClient } from '../../../tools/client/docket-client.ts';
import { until } from '../../support/until.ts';
import { ended, ingest, markdown, passages, sha256 } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';

/** Large enough that a worker killed at once is killed in the middle. */
function large(subject: string): ReturnType<typeof markdown> {
  const file = markdown(subject);
  const many = Array.from({ length: 40 }, (_, index) => file.bytes.toString().replaceAll(subject, `${subject}${index}`));
  return { ...file, bytes: Buffer.from(many.join('\n')) };
}

export function runFaultsSuite(on: () => EndToEnd): void {
  it('a storage that fails for a moment is waited out, and the history says so', async () => {
    const mend = on().stack.breakContentStorage();
    try {
      const { documentId } = await on().docket.upload(markdown('storms'));
      await until('a failed attempt is in the history', async () => {
        await on().server.letPass(250);
        return (await on().docket.history(documentId)).some(({ outcome }) => outcome === 'retrying');
      });
      mend();
      expect(await ended(on(), documentId)).toMatchObject({ state: 'indexed', error: null });
      const steps = (await on().docket.history(documentId)).map(({ step, outcome }) => `${step} ${outcome}`);
      expect(steps).toContain('parse retrying');
      expect(steps.filter((line) => line === 'receive succeeded')).toHaveLength(1);
      expect(steps.at(-1)).toBe('index succeeded');
    } catch (error) {
      mend();
      throw error;
    }
  });

  it('a storage that stays broken ends the document in index_error, which can be retried', async () => {
    const worker = await replaceWorker(on(), { STORAGE_FAILURES_MAX: '2' });
    const mend = on().stack.breakContentStorage();
    try {
      const document = await ingest(on(), markdown('shipwrecks'));
      expect(document).toMatchObject({
        state: 'index_error',
        error: { code: 'storage.unavailable', retryable: true },
      });
    } finally {
      mend();
      await worker.stop();
      on().worker = await on().stack.startWorker();
    }
  });

  describe('a worker killed in the middle of five documents', () => {
    it('leaves work that another takes up: all are indexed, and nothing is doubled', async () => {
      const files = ['oaks', 'elms', 'ashes', 'firs', 'pines'].map(large);
      const announced = await Promise.all(files.map((file) => on().docket.upload(file)));
      const ids = announced.map(({ documentId }) => documentId);
      await until('work has begun', async () => (await states(on(), ids)).includes('processing'));
      const killed = on().worker;
      await killed.kill();
      expect(await states(on(), ids)).not.toEqual(Array<string>(5).fill('indexed'));
      on().worker = await on().stack.startWorker();
      const documents = await Promise.all(ids.map((id) => ended(on(), id)));
      expect(documents.map(({ state }) => state)).toEqual(Array<string>(5).fill('indexed'));
      for (const [index, document] of documents.entries()) {
        const chunks = await passages(on().docket, document.id);
        expect(new Set(chunks.map(({ charStart }) => charStart)).size).toBe(document.chunkCount);
        const rows = await on().stack.database.asAdmin<{ lexical: number; vectors: number; made: number }>(
          `select (select count(*)::integer from chunk_lexical l where l.content_id = c.id) as lexical,
                  (select count(*)::integer from chunk_embeddings e where e.content_id = c.id) as vectors,
                  (select count(*)::integer from run_events e join document_versions v on v.run_id = e.run_id
                    where v.content_id = c.id and e.step = 'index') as made
             from contents c where c.sha256 = $1`,
          [Buffer.from(sha256(files[index]?.bytes ?? Buffer.alloc(0)), 'hex')],
        );
        expect(rows).toEqual([{ lexical: document.chunkCount, vectors: document.chunkCount, made: 1 }]);
      }
    });

    it('leaves no parser child behind', async () => {
      const children = childrenOf(on().worker.pid);
      expect(children.length).toBeGreaterThan(0);
      await on().worker.kill();
      await until('its children are gone', () => children.every((pid) => commandOf(pid) === null));
      on().worker = await on().stack.startWorker();
    });
  });

  it('an API killed between two requests loses nothing that it answered', async () => {
    const second = await on().stack.startApi();
    const { docket, apiKey } = await on().stack.newOrg(second);
    const { documentId } = await docket.upload(markdown('tides'));
    await second.kill();
    const third = await on().stack.startApi();
    expect(await ended(on(), documentId, new DocketClient(third.url, apiKey))).toMatchObject({ state: 'indexed' });
    await third.stop();
  });
}

async function states({ docket }: EndToEnd, ids: readonly string[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => (await docket.document(id)).state));
}

async function replaceWorker(on: EndToEnd, overrides: Record<string, string>) {
  await on.worker.stop();
  on.worker = await on.stack.startWorker(overrides);
  return on.worker;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => statOf(pid)?.[1] === String(parent));
}

/** Null when the process is gone; a zombie counts as gone. */
function commandOf(pid: number): string | null {
  const stat = statOf(pid);
  return stat === null || stat[0] === 'Z' ? null : readFileSync(`/proc/${pid}/comm`, 'utf8');
}

function statOf(pid: number): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  } catch {
    // It ended.
    return null;
  }
}
