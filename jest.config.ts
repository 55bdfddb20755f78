import type { Config } from 'jest';

// One set-up for every ring. ESM needs NODE_OPTIONS=--experimental-vm-modules, which the npm script sets. Sources are
// read through the `docket-source` export condition, so no build is needed to test a library; whatever runs as a process
// of its own (parser children, API, worker) runs from dist.
const common = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['docket-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
} satisfies Config;

const config: Config = {
  // One Postgres for the run, whatever projects are chosen; a database per file.
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  projects: [
    // Pure rules, adapters and everything against a real database: no Temporal.
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/{libs,apps,tools}/**/test/**/*.test.ts'] },
    // Workflows on the time-skipping server, and histories replayed.
    { ...common, displayName: 'workflows', testMatch: ['<rootDir>/test/workflows/**/*.test.ts'] },
    // Every process real.
    { ...common, displayName: 'end-to-end', testMatch: ['<rootDir>/test/end-to-end/**/*.test.ts'] },
  ],
};

export default config;
