import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A fragment of configuration: environment variable name to schema. Fragments are spread into a process's own. */
export type ConfigShape = Record<string, z.ZodType>;

/** Raised with every problem at once, so that an operator mends them in one go. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Parses the environment once, at start. Every variable may instead be given as `NAME_FILE`, a path whose content is
 * the value, which is how container platforms hand over secrets. An empty value counts as not set.
 *
 * @param check what no variable alone can tell: problems of those values that are set, one line each
 * @throws ConfigError naming each variable that is missing or wrong, and what it is for
 */
export function loadConfig<S extends ConfigShape>(
  shape: S,
  environment: NodeJS.ProcessEnv = process.env,
  check: (values: Readonly<Record<string, string>>) => string[] = () => [],
): z.infer<z.ZodObject<S>> {
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const value = readVariable(name, environment, problems);
    if (value !== undefined && value !== '') values[name] = value;
  }
  const parsed = z.object(shape).safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(describeIssue(shape, issue));
  }
  problems.push(...check(values));
  if (problems.length > 0 || !parsed.success) {
    throw new ConfigError(
      `the configuration is not usable:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
  }
  return parsed.data;
}

/**
 * Reads `.env` from the working folder when there is one. What the environment already says wins.
 */
export function readEnvFile(path = '.env'): void {
  try {
    process.loadEnvFile(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

function readVariable(name: string, environment: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const path = environment[`${name}_FILE`];
  if (path === undefined || path === '') return environment[name]?.trim();
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    problems.push(
      `${name}_FILE: ${path} cannot be read (${error instanceof Error ? error.message : 'unknown'})`,
    );
    return undefined;
  }
}

function describeIssue(shape: ConfigShape, issue: z.core.$ZodIssue): string {
  const name = String(issue.path[0] ?? '');
  const purpose = shape[name]?.description;
  return `${name}: ${issue.message}${purpose ? ` (${purpose})` : ''}`;
}
