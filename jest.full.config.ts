import type { Config } from 'jest';
import { common } from './jest.common.ts';

// What takes minutes: whole stacks, killed and brought up again.
const config: Config = { ...common, displayName: 'long', testMatch: ['<rootDir>/test/long/**/*.test.ts'] };

export default config;
