export const SWEEP = 'sweep';

/** Id of the Schedule, and the beginning of its workflows' ids: Temporal appends the time. */
export const SWEEP_SCHEDULE_ID = 'sweep';

/** How often it looks. Nothing that is swept is urgent: whoever asked has its answer. */
export const SWEEP_EVERY_SECONDS = 60;
