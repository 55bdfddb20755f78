import { generatedDocuments } from '../client/generated-documents.ts';
import { DocketClient } from '../client/docket-client.ts';
import { percentile, rounded } from '../bench/percentiles.ts';
import type { LargeOrg } from './large-org.ts';
import { QUERIES, WARM_UP, type MadeUpQuery } from './queries.ts';

const MODES = ['lexical', 'vector', 'hybrid'] as const;

/** Uploads under way at once while searches are measured: as many as a busy client has. */
const UPLOADS_AT_ONCE = 8;

export interface ApiRow {
  passages: number;
  mode: (typeof MODES)[number];
  p50Ms: number;
  p95Ms: number;
}

/**
 * `POST /v1/search` as a client sees it, one question after the other, each new to the org it is asked of. The vectors of
 * the questions are there already, since a paid embedder's time is not Docket's: an org that nobody measures asked before.
 */
export async function measureApi(
  apiUrl: string,
  orgs: readonly LargeOrg[],
  questions: Record<ApiRow['mode'], readonly MadeUpQuery[]>,
): Promise<ApiRow[]> {
  const rows: ApiRow[] = [];
  for (const org of orgs) {
    const docket = new DocketClient(apiUrl, org.apiKey);
    for (const mode of MODES) {
      const times: number[] = [];
      for (const [index, { text }] of questions[mode].slice(0, WARM_UP + QUERIES).entries()) {
        const startedAt = performance.now();
        await docket.search(text, { mode });
        if (index >= WARM_UP) times.push(performance.now() - startedAt);
      }
      const [p50Ms, p95Ms] = [rounded(percentile(times, 0.5)), rounded(percentile(times, 0.95))];
      rows.push({ passages: org.passages, mode, p50Ms, p95Ms });
    }
  }
  return rows;
}

/** Has the API make and keep the vectors of the questions. */
export async function keepVectors(
  apiUrl: string,
  org: LargeOrg,
  questions: readonly MadeUpQuery[],
): Promise<void> {
  const docket = new DocketClient(apiUrl, org.apiKey);
  for (const { text } of questions) await docket.search(text, { mode: 'vector', limit: 1 });
}

/** Uploads documents of 3 kB without a pause while `work` runs; how many became searchable a second meanwhile. */
export async function duringIngest<T>(
  docket: DocketClient,
  work: () => Promise<T>,
): Promise<{ result: T; documentsPerSecond: number }> {
  const documents = generatedDocuments(5_000, `bench-${Date.now()}`).values();
  let [isOver, indexed] = [false, 0];
  const uploader = async (): Promise<void> => {
    for (const document of documents) {
      if (isOver) return;
      const { documentId } = await docket.upload(document);
      await docket.untilEnded(documentId, 60_000);
      indexed += 1;
    }
  };
  const startedAt = performance.now();
  const uploads = Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, uploader));
  try {
    const result = await work();
    const documentsPerSecond = rounded(indexed / ((performance.now() - startedAt) / 1_000));
    return { result, documentsPerSecond };
  } finally {
    isOver = true;
    await uploads;
  }
}

/** Sums and counts of the API's histograms of searches, by stage; `request` is the whole, authentication and all. */
export class StageMeans {
  readonly #values: ReadonlyMap<string, { seconds: number; count: number }>;

  private constructor(values: ReadonlyMap<string, { seconds: number; count: number }>) {
    this.#values = values;
  }

  static async read(apiUrl: string): Promise<StageMeans> {
    const values = new Map<string, { seconds: number; count: number }>();
    for (const line of (await (await fetch(`${apiUrl}/metrics`)).text()).split('\n')) {
      const stage = /^docket_search_stage_duration_seconds_(sum|count)\{stage="(\w+)"\} (\S+)/.exec(line);
      const request = /^docket_http_request_duration_seconds_(sum|count)\{.*"\/v1\/search".*\} (\S+)/.exec(
        line,
      );
      const [kind, name, value] = stage?.slice(1) ?? [request?.[1], 'request', request?.[2]];
      if (!kind || !name) continue;
      const known = values.get(name) ?? { seconds: 0, count: 0 };
      values.set(name, { ...known, [kind === 'sum' ? 'seconds' : 'count']: Number(value) });
    }
    return new StageMeans(values);
  }

  /** Mean milliseconds of each stage since then, and of what is in none of them: hooks, credential, limits, JSON. */
  since(earlier: StageMeans): Record<string, number> {
    const means: Record<string, number> = {};
    let rest = 0;
    for (const [name, { seconds, count }] of this.#values) {
      const before = earlier.#values.get(name) ?? { seconds: 0, count: 0 };
      const mean = (1_000 * (seconds - before.seconds)) / Math.max(1, count - before.count);
      means[name] = rounded(mean);
      rest += name === 'request' ? mean : -mean;
    }
    return { ...means, rest: rounded(rest) };
  }
}
