/** Newline-delimited JSON: one object per line. */
export const NDJSON = 'application/x-ndjson';
