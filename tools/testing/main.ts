/** `node tools/testing/main.ts [REPORT]` runs what `make test` runs, and leaves Jest's report in REPORT. */
import { stackHome } from '../stack/home.ts';
import { runJest } from './run-jest.ts';

process.exitCode = runJest({ repo: stackHome().repo, args: [], report: process.argv[2] }) ? 0 : 1;
