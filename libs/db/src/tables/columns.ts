import type { ValueTransformer } from 'typeorm';

/** `bigint` arrives from pg as a string; sizes and counts here stay far below 2^53. */
const bigintAsNumber: ValueTransformer = {
  to: (value: number | null | undefined) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

export const BIGINT = { type: 'bigint', transformer: bigintAsNumber } as const;
export const TIMESTAMP = { type: 'timestamptz' } as const;
