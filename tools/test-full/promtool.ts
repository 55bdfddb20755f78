import type { GoProgram } from './go-program.ts';

/** What tests the alert rules: Prometheus's own evaluation of them over made-up series. */
export const PROMTOOL: GoProgram = {
  name: 'promtool',
  version: '3.16.0',
  module: 'github.com/prometheus/prometheus/cmd/promtool',
  moduleVersion: '0.316.0',
  variable: 'DOCKET_PROMTOOL',
};
