import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { DocketClient } from '../../../tools/client/docket-client.ts';
import { until } from '../../support/until.ts';
import { ended, manyPages, markdown, passages, sha256 } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';

/** Processes that die at once. What they leave is noticed by time-outs, which only a real clock lets run. */
export function runCrashSuite(on: () => EndToEnd): void {
  describe('a worker killed in the middle of five documents', () => {
    it('leaves work that another takes up: all are indexed, and nothing is doubled', async () => {
      const files = ['oaks', 'elms', 'ashes', 'firs', 'pines'].map((subject) => manyPages(subject));
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
    expect(await ended(on(), documentId, new DocketClient(third.url, apiKey))).toMatchObject({
      state: 'indexed',
    });
    await third.stop();
  });
}

async function states({ docket }: EndToEnd, ids: readonly string[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => (await docket.document(id)).state));
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
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    // It ended.
    return null;
  }
}
