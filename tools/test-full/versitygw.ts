import type { GoProgram } from './go-program.ts';

/** The S3 server of the tests: a gateway that keeps objects as files. */
export const VERSITYGW: GoProgram = {
  name: 'versitygw',
  version: '1.7.0',
  module: 'github.com/versity/versitygw/cmd/versitygw',
  variable: 'DOCKET_VERSITYGW',
};
