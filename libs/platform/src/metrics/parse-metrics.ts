import { meter } from './metrics.js';

/** How one file was parsed, for the figures by format. */
export interface ParseObservation {
  /** The parser, or `unknown` where the file was refused before one was chosen. */
  readonly kind: string;
  /** `parsed`, or the code of the refusal; `stalled` or `fault` for what says nothing about the file. */
  readonly outcome: string;
  readonly tookMs: number;
  readonly sizeBytes: number;
}

/**
 * Publishes what becomes of files: `docket_parse_duration_seconds` and `docket_parse_bytes_total` by kind and outcome. Kills
 * are the outcomes `document.parse_timeout`, `document.parse_memory` and `stalled`. The time includes the wait for a free child.
 */
export function parseObserver(): (observation: ParseObservation) => void {
  const duration = meter().createHistogram('docket_parse_duration_seconds', {
    description: 'Time from handing a file to the parsers to its passages or its refusal',
    unit: 's',
  });
  const bytes = meter().createCounter('docket_parse_bytes_total', {
    description: 'Bytes of files that were handed to the parsers',
  });
  return ({ kind, outcome, tookMs, sizeBytes }) => {
    duration.record(tookMs / 1_000, { kind, outcome });
    bytes.add(sizeBytes, { kind, outcome });
  };
}
