/** The states of one version of a document. A document shows the state of its newest version. */
export const VERSION_STATES = [
  'awaiting_upload',
  'uploaded',
  'processing',
  'waiting_for_provider',
  'indexed',
  'upload_expired',
  'rejected',
  'index_error',
  'deleted',
] as const;
export type VersionState = (typeof VERSION_STATES)[number];

/** The steps of an ingest that a user would name, in their order. */
export const INGEST_STEPS = ['receive', 'verify', 'parse', 'chunk', 'embed', 'index'] as const;
export type IngestStep = (typeof INGEST_STEPS)[number];

/**
 * Which state a run may move its version to. A state that does not change is always allowed: activities repeat. No end
 * leads back, so that a late activity of a run that has ended cannot wake its version.
 */
const MOVES: Record<VersionState, readonly VersionState[]> = {
  awaiting_upload: ['uploaded', 'processing', 'upload_expired', 'rejected', 'index_error', 'deleted'],
  uploaded: ['processing', 'upload_expired', 'rejected', 'index_error', 'deleted'],
  processing: ['waiting_for_provider', 'indexed', 'rejected', 'index_error', 'deleted'],
  waiting_for_provider: ['processing', 'indexed', 'rejected', 'index_error', 'deleted'],
  indexed: ['deleted'],
  upload_expired: ['deleted'],
  rejected: ['deleted'],
  index_error: ['deleted'],
  deleted: [],
};

export function mayMove(from: VersionState, to: VersionState): boolean {
  return from === to || MOVES[from].includes(to);
}

/** The states from which a version may be moved to `to`, itself included: the guard of a conditional UPDATE. */
export function statesThatMayBecome(to: VersionState): VersionState[] {
  return VERSION_STATES.filter((from) => mayMove(from, to));
}

/** Which ends a person may take a version back from, by a retry or a rerun, and to where. */
const REOPENS: Partial<Record<VersionState, readonly VersionState[]>> = {
  index_error: ['awaiting_upload', 'uploaded'],
  indexed: ['uploaded'],
};

/** The ends from which a version may be taken back to `to`: the guard of a conditional UPDATE. */
export function endsThatMayReopenTo(to: VersionState): VersionState[] {
  return VERSION_STATES.filter((from) => REOPENS[from]?.includes(to));
}

/** An ended version waits for nothing: no run will change it unless somebody asks. */
export function hasEnded(state: VersionState): boolean {
  return !['awaiting_upload', 'uploaded', 'processing', 'waiting_for_provider'].includes(state);
}
