import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { incompatibilities, type ApiDocument } from './compatibility.ts';

/**
 * `node tools/openapi/main.ts --check` compares the API as built with the committed document, and fails when a client of
 * that would stumble, or when it is not the API as built. `--release` writes it anew, and refuses the former, unless `--break`
 * says that it is meant.
 */
const ROOT = resolve(import.meta.dirname, '../..');
const RELEASED = resolve(ROOT, 'docs/openapi.json');
const DESCRIBE = resolve(ROOT, 'apps/api/dist/commands/describe-api.js');

function described(): ApiDocument {
  const { stdout, stderr, status } = spawnSync(process.execPath, [DESCRIBE], {
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  });
  if (status !== 0) throw new Error(`${DESCRIBE} failed: build first.\n${stderr}`);
  return JSON.parse(stdout) as ApiDocument;
}

/** As it is committed: without the examples of errors, which are two thirds of it and say nothing of their own. */
function textOf(document: ApiDocument): string {
  const text = JSON.stringify(
    document,
    (name, value: unknown) => (name === 'examples' ? undefined : value),
    1,
  );
  return `${text}\n`;
}

function main(): boolean {
  const now = described();
  const committed = readFileSync(RELEASED, 'utf8');
  const problems = incompatibilities(JSON.parse(committed) as ApiDocument, now);
  for (const problem of problems) console.error(`incompatible with docs/openapi.json: ${problem}`);
  if (problems.length > 0 && !process.argv.includes('--break')) {
    console.error('Take it back, or serve it beside the old one: docs/api-versions.md says how.');
    return false;
  }
  if (process.argv.includes('--release')) writeFileSync(RELEASED, textOf(now));
  else if (committed !== textOf(now)) {
    console.error(
      'docs/openapi.json is not the API as built: node tools/openapi/main.ts --release writes it.',
    );
    return false;
  }
  return true;
}

process.exitCode = main() ? 0 : 1;
