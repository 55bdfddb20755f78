import type { Embedder } from '@docket/adapters/embedding';
import type { ParserPool } from '@docket/adapters/parsing/parser-pool';
import type { ObjectStorage } from '@docket/adapters/storage';
import type { EmbeddingProfile } from '@docket/db/embedding-profiles';
import type { TenantDatabase } from '@docket/db/tenant-database';

/** Everything the ingest's activities take from outside. */
export interface DocumentIngestDependencies {
  tenants: TenantDatabase;
  storage: ObjectStorage;
  parsers: Pick<ParserPool, 'parse'>;
  /** The embedder of a profile. Throws `embedding.rejected` when this worker was not configured for it. */
  embedderFor(profile: EmbeddingProfile): Embedder;
  limits: IngestLimits;
  /** Name of this worker's build, kept with every execution it worked on. */
  workerBuild: string;
  newId(): string;
  now(): Date;
}

export interface IngestLimits {
  textCharacters: number;
  chunks: number;
  storageFailures: number;
  /** Instead of {@link CONTENT_LEASE_SECONDS}. */
  leaseSeconds?: number;
}

/**
 * Times that a version's parser may be given too little time by the machine: each holds a slot for minutes, and a file
 * that a parser never finishes must not hold it for ever where processor time cannot be seen.
 */
export const PARSER_STALLS_MAX = 3;

/**
 * Passages up to which a content is small: with an embedder that costs nothing its vectors are made and written where
 * it is parsed, which saves an activity of 15 to 45 ms. Larger ones go through batches that can be resumed.
 */
export const SMALL_CONTENT_CHUNKS = 256;

/** Passages per embedding request: what paid providers take at once, and what one transaction should write. */
export const EMBED_BATCH_CHUNKS = 128;

/** Batches one activity works through before it reports, so that a long content shows progress in its history. */
export const EMBED_BATCHES_PER_ACTIVITY = 8;

/**
 * Seconds a content stays claimed without a sign of life. Longer than the time Temporal needs to notice a dead worker
 * and start the next attempt, so that a run takes its own content up again and no other run jumps in between.
 */
const CONTENT_LEASE_SECONDS = 120;

export function leaseSecondsOf({ leaseSeconds }: IngestLimits): number {
  return leaseSeconds ?? CONTENT_LEASE_SECONDS;
}
