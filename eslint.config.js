// Node runs the TypeScript beneath as it is, so the linter needs no loader of its own.
export { default } from './tools/check/lint-config.ts';
