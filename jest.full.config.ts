import type { Config } from 'jest';
import { common } from './jest.common.ts';

// What takes minutes: whole stacks, killed and brought up again.
const config: Config = {
  ...common,
  displayName: 'long',
  testMatch: ['<rootDir>/test/long/**/*.test.ts'],
  // For those that start processes on a database of their own; a whole stack brings its own server.
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

export default config;
