import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** The file's text, or undefined where there is no such file. Any other fault is thrown. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Readers see the old content or the new, whatever is killed in between. */
export function writeAtomically(path: string, content: string, mode = 0o644): void {
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, content, { mode });
  renameSync(beside, path);
}

export function writeJson(path: string, value: unknown, mode = 0o644): void {
  writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`, mode);
}

/** A JSON object's fields, still to be checked one by one; undefined for no file or no object. */
export function readFields(path: string): Partial<Record<string, unknown>> | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
