import js from '@eslint/js';
import { importX, createNodeResolver } from 'eslint-plugin-import-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { allImportsAreDeclared, packageBorders } from './lint-borders.ts';
import { codeRules, testRules, workflowRules } from './lint-rules.ts';
import { packagePaths } from './package-paths.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const TESTS = ['test/**/*.ts', '{libs,apps,tools}/**/test/**/*.ts'];

export default defineConfig(
  globalIgnores(['**/dist/', 'dist-types/', '.docket/', 'coverage/', 'samples/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX, docket: { rules: { 'package-paths': packagePaths } } },
    languageOptions: {
      // One program for the whole tree: twice as fast as one per workspace, and always the sources, never a stale dist.
      parserOptions: { project: ['tools/check/tsconfig.lint.json'], tsconfigRootDir: ROOT },
    },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [
        createNodeResolver({
          conditionNames: ['docket-source', 'import', 'node', 'default'],
          extensions: ['.ts', '.js', '.json'],
          extensionAlias: { '.js': ['.ts', '.js'] },
        }),
      ],
    },
    rules: {
      ...codeRules,
      'docket/package-paths': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
    },
  },
  packageBorders(),
  { files: ['libs/workflows/src/**/*.ts'], rules: workflowRules },
  { files: TESTS, rules: testRules },
  allImportsAreDeclared(ROOT, TESTS),
);
