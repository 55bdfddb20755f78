import type { Config } from 'jest';
import { common, NEEDS_PROMTOOL, NEEDS_REDIS, NEEDS_S3 } from './jest.common.ts';

const config: Config = {
  // One Postgres for the run, whatever projects are chosen; a database per file.
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Jest's own choice leaves one core out. Most files wait for servers, so two at once take little more than half the time.
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  // A project's own limit counts for nothing.
  testTimeout: common.testTimeout,
  projects: [
    // Pure rules, adapters and everything against a real database: no Temporal.
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,apps}/*/test/**/*.test.ts', '<rootDir>/test/tools/**/*.test.ts'],
      testPathIgnorePatterns: [...NEEDS_PROMTOOL, ...NEEDS_S3, ...NEEDS_REDIS],
    },
    // The rules of who may import what, shown to be real.
    { ...common, displayName: 'borders', testMatch: ['<rootDir>/test/borders/**/*.test.ts'] },
    // Workflows on the time-skipping server, and histories replayed.
    { ...common, displayName: 'workflows', testMatch: ['<rootDir>/test/workflows/**/*.test.ts'] },
    // Every process real.
    { ...common, displayName: 'end-to-end', testMatch: ['<rootDir>/test/end-to-end/**/*.test.ts'] },
  ],
};

export default config;
