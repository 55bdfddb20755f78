import type { Config } from 'jest';
import {
  common,
  NEEDS_COLLECTOR,
  NEEDS_PROMETHEUS,
  NEEDS_PROMTOOL,
  NEEDS_REDIS,
  NEEDS_S3,
} from './jest.common.ts';

const config: Config = {
  // For those that start processes on a database of their own; a whole stack brings its own server.
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // A project's own limit counts for nothing.
  testTimeout: common.testTimeout,
  projects: [
    // What takes longest, and is run by hand: many documents, faults by chance, every server killed.
    {
      ...common,
      displayName: 'drills',
      testMatch: ['<rootDir>/test/drills/**/*.test.ts'],
    },
    // What takes minutes: whole stacks, killed and brought up again.
    {
      ...common,
      displayName: 'long',
      testMatch: ['<rootDir>/test/long/**/*.test.ts'],
      testPathIgnorePatterns: [...NEEDS_REDIS, ...NEEDS_PROMETHEUS, ...NEEDS_COLLECTOR],
    },
    // What needs a real Redis.
    { ...common, displayName: 'redis', testMatch: NEEDS_REDIS.map((start) => `${start}*.test.ts`) },
    // What needs promtool.
    {
      ...common,
      displayName: 'promtool',
      testMatch: NEEDS_PROMTOOL.map((start) => `${start}*.test.ts`),
    },
    // What needs a real Prometheus.
    {
      ...common,
      displayName: 'prometheus',
      testMatch: NEEDS_PROMETHEUS.map((start) => `${start}*.test.ts`),
    },
    // What needs a real OpenTelemetry collector.
    {
      ...common,
      displayName: 'collector',
      testMatch: NEEDS_COLLECTOR.map((start) => `${start}*.test.ts`),
    },
    // What needs a real S3 server.
    { ...common, displayName: 's3', testMatch: NEEDS_S3.map((start) => `${start}*.test.ts`) },
  ],
};

export default config;
