import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** Text of each generated file, by its path in the repository. */
export type GeneratedFiles = Record<string, string>;

/** A table with its columns in line, as the formatter wants it; the first row is the heading. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = (escaped[0] ?? []).map((_, column) =>
    Math.max(3, ...escaped.map((row) => row[column]?.length ?? 0)),
  );
  const lines = escaped.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Without `--check` writes the files; with it, says which are out of date and fails if any is. */
export function runGenerator(command: string, files: () => GeneratedFiles): void {
  if (!process.argv.includes('--check')) {
    for (const [path, text] of Object.entries(files())) writeFileSync(resolve(ROOT, path), text);
    return;
  }
  const outdated = outdatedFiles(files());
  if (outdated.length === 0) return;
  console.error(`out of date: ${outdated.join(', ')}. Write them anew: ${command}`);
  process.exitCode = 1;
}

/** Files whose text on disk is another. */
function outdatedFiles(files: GeneratedFiles): string[] {
  return Object.entries(files)
    .filter(([path, text]) => readIfThere(resolve(ROOT, path)) !== text)
    .map(([path]) => path);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
