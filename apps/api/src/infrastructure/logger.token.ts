/** Injection token of the process's logger; pino's logger is an interface and cannot be its own. */
export const LOGGER = Symbol('logger');
