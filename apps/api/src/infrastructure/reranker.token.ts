/** Injection token of the reranker; null where none is configured. */
export const RERANKER = Symbol('reranker');
