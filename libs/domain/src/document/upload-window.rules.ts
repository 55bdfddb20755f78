/**
 * An upload that began in time may end a little late: for so long after its address has run out a run still waits, and
 * what is put meanwhile is taken if the version's row says that it is waited for.
 */
export const UPLOAD_GRACE_MS = 60_000;
