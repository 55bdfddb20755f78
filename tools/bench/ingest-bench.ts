import pg from 'pg';
import type { DocketClient } from '../client/docket-client.ts';
import { generatedDocuments } from '../client/generated-documents.ts';
import { inParallel } from '../client/in-parallel.ts';
import { percentile, rounded } from './percentiles.ts';

/** Uploads under way at once: enough to keep two cores busy. */
const AT_ONCE = 24;

export interface Throughput {
  documents: number;
  seconds: number;
  perSecond: number;
}

/**
 * Documents through the whole pipeline: announced, put, ingested, searchable. Counted in the database, so that the
 * measuring costs one small query every 100 ms.
 */
export async function measureThroughput(
  docket: DocketClient,
  adminUrl: string,
  count: number,
  run: string,
): Promise<Throughput> {
  const documents = generatedDocuments(count, run);
  const database = new pg.Client({ connectionString: adminUrl });
  await database.connect();
  try {
    const startedAt = performance.now();
    const ids: string[] = [];
    await inParallel(documents, AT_ONCE, async (document) => {
      const announced = await docket.upload(document);
      if (announced.runId) ids.push(announced.runId);
    });
    await untilIndexed(database, count, run);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { documents: count, seconds: rounded(seconds), perSecond: rounded(count / seconds) };
  } finally {
    await database.end();
  }
}

/** Titles carry the name of the run, so other work on the same stack is not counted. */
async function untilIndexed(database: pg.Client, count: number, run: string): Promise<void> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    const { rows } = await database.query<{ indexed: number }>(
      `select count(*)::integer as indexed from documents where title like $1 and current_version is not null`,
      [`% of ${run}`],
    );
    if ((rows[0]?.indexed ?? 0) >= count) return;
    if (Date.now() > deadline)
      throw new Error(`${rows[0]?.indexed} of ${count} documents were indexed in 10 minutes`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One document at a time on an idle stack: from the announcement to the first answer that says `indexed`. */
export async function measureLatency(
  docket: DocketClient,
  count: number,
  run: string,
): Promise<{ documents: number; p50Ms: number; p95Ms: number }> {
  const took: number[] = [];
  for (const document of generatedDocuments(count, run)) {
    const startedAt = performance.now();
    const { documentId } = await docket.upload(document);
    while ((await docket.document(documentId)).state !== 'indexed') {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    took.push(performance.now() - startedAt);
  }
  return { documents: count, p50Ms: rounded(percentile(took, 0.5)), p95Ms: rounded(percentile(took, 0.95)) };
}

/** Known bytes announced again. */
export async function measureReuse(
  docket: DocketClient,
  count: number,
  run: string,
): Promise<{ calls: number; p50Ms: number; p95Ms: number }> {
  const [document] = generatedDocuments(1, run);
  if (!document) throw new Error('no document to announce');
  const took: number[] = [];
  for (let call = 0; call < count; call += 1) {
    const startedAt = performance.now();
    const { reused } = await docket.announce({ ...document, title: `copy ${call}` });
    if (!reused) throw new Error('known bytes were not recognised');
    took.push(performance.now() - startedAt);
  }
  return { calls: count, p50Ms: rounded(percentile(took, 0.5)), p95Ms: rounded(percentile(took, 0.95)) };
}
