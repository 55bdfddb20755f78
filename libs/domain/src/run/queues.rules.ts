/** Task queues: who polls one decides what kind of machine does the work. */
export const QUEUES = {
  /** Workflows, their local activities, and short remote ones. */
  main: 'main',
  /** Reading and parsing files: CPU, in child processes. */
  parse: 'parse',
  /** Calls to embedders, language models and webhooks: waiting, in many slots. */
  model: 'model',
} as const;

export type QueueName = keyof typeof QUEUES;
