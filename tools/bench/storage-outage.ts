import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { DocketClient } from '../client/docket-client.ts';
import { generatedDocuments } from '../client/generated-documents.ts';
import { inParallel } from '../client/in-parallel.ts';
import { percentile, rounded } from './percentiles.ts';

const OUTAGE_MS = 30_000;
/** Uploads begun in each second of the outage, steadily, as clients who know nothing of it do. */
const PER_SECOND = 5;
const UPLOADS_AT_ONCE = 8;
/** Longest pause between two attempts is 30 s; whoever is not back long after that is stuck. */
const RECOVERED_WITHIN_MS = 180_000;

export interface StorageOutage {
  outageSeconds: number;
  documents: number;
  /** Ended as anything but indexed. */
  lost: number;
  /** From the end of the outage until the last document was searchable. */
  secondsToRecover: number;
  /** Attempts that a document spent on the broken storage. */
  attemptsSpent: { p50: number; p95: number; most: number };
}

/**
 * The folder of contents is unusable for 30 s while documents keep coming in; staging works, so that uploads are taken.
 * A file where a folder should be fails every write at once, as a lost mount does.
 */
export async function measureStorageOutage(
  docket: DocketClient,
  adminUrl: string,
  objectsFolder: string,
  run: string,
): Promise<StorageOutage> {
  const documents = generatedDocuments((OUTAGE_MS / 1_000) * PER_SECOND, run);
  const restore = breakFolder(join(objectsFolder, 'contents'));
  const startedAt = Date.now();
  const ids: string[] = [];
  try {
    await inParallel(documents, UPLOADS_AT_ONCE, async (document, index) => {
      await until(startedAt + (index / PER_SECOND) * 1_000);
      ids.push((await docket.upload(document)).documentId);
    });
    await until(startedAt + OUTAGE_MS);
  } finally {
    restore();
  }
  const restoredAt = Date.now();
  const ended = await Promise.all(ids.map((id) => docket.untilEnded(id, RECOVERED_WITHIN_MS)));
  const seconds = (Date.now() - restoredAt) / 1_000;
  const attempts = await storageFailures(adminUrl, run);
  return {
    outageSeconds: OUTAGE_MS / 1_000,
    documents: ids.length,
    lost: ended.filter(({ state }) => state !== 'indexed').length,
    secondsToRecover: rounded(seconds),
    attemptsSpent: {
      p50: percentile(attempts, 0.5),
      p95: percentile(attempts, 0.95),
      most: Math.max(...attempts),
    },
  };
}

function breakFolder(folder: string): () => void {
  const aside = `${folder}-aside`;
  if (existsSync(folder)) renameSync(folder, aside);
  writeFileSync(folder, '');
  return () => {
    rmSync(folder);
    if (existsSync(aside)) renameSync(aside, folder);
  };
}

async function storageFailures(adminUrl: string, run: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ failures: number }>(
      `select v.storage_failures as failures from document_versions v
         join documents d on d.org_id = v.org_id and d.id = v.document_id where d.title like $1`,
      [`% of ${run}`],
    );
    return rows.map(({ failures }) => failures);
  } finally {
    await client.end();
  }
}

async function until(time: number): Promise<void> {
  const wait = time - Date.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}
