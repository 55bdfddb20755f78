import type { Config } from 'jest';

/** Tests that need a real Redis, Debian's `redis-server`: `make test-full` runs them. */
export const NEEDS_REDIS = ['<rootDir>/apps/api/test/limits/redis-', '<rootDir>/test/long/redis-'];

/** Set to `s3` by `make test-full`, which runs the whole end-to-end project a second time, on S3. */
export const STORAGE_VARIABLE = 'DOCKET_TEST_STORAGE';

/** Tests that need a real S3 server, which is built with Go: `make test-full` runs them. */
export const NEEDS_S3 = ['<rootDir>/libs/adapters/test/storage/s3-'];

/** Tests that need Prometheus's promtool, of Debian's package `prometheus`: `make test-full` runs them. */
export const NEEDS_PROMTOOL = ['<rootDir>/test/tools/alerting/promtool-'];

/** Tests that need a real Prometheus, Debian's package of that name: `make test-full` runs them. */
export const NEEDS_PROMETHEUS = ['<rootDir>/test/long/prometheus-'];

/** Tests that need a real OpenTelemetry collector, which is built with Go: `make test-full` runs them. */
export const NEEDS_COLLECTOR = ['<rootDir>/test/long/collector-'];

// One set-up for every ring. ESM needs NODE_OPTIONS=--experimental-vm-modules, which the Makefile sets. Sources are
// read through the `docket-source` export condition, so no build is needed to test a library; whatever runs as a process
// of its own (parser children, API, worker) runs from dist.
export const common = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['docket-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  // Real servers on a busy machine: a hang is told by its own, longer limits.
  testTimeout: 30_000,
  // Tools and what they install are no modules of the project.
  modulePathIgnorePatterns: ['<rootDir>/.docket/'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
} satisfies Config;
