/** Injection token of the process's metrics endpoint. */
export const METRICS = Symbol('metrics');
