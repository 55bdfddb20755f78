import { buildConfig, buildIdConfig } from '@docket/platform/config/build';
import { apiConfig } from '@docket/platform/config/api';
import { authConfig } from '@docket/platform/config/auth';
import { auditConfig } from '@docket/platform/config/audit';
import { databaseAdminConfig, databaseConfig } from '@docket/platform/config/database';
import { embeddingConfig } from '@docket/platform/config/embedding';
import { limitsConfig } from '@docket/platform/config/limits';
import type { ConfigShape } from '@docket/platform/config/load';
import { loggingConfig } from '@docket/platform/config/logging';
import { rerankConfig } from '@docket/platform/config/reranking';
import { storageConfig } from '@docket/platform/config/storage';
import { telemetryConfig } from '@docket/platform/config/telemetry';
import { temporalAdminConfig, temporalConfig } from '@docket/platform/config/temporal';
import { webhooksConfig } from '@docket/platform/config/webhooks';
import { workerConfig } from '@docket/platform/config/worker';

export interface Variable {
  name: string;
  purpose: string;
  /** What it is without being set; null where nothing is. */
  fallback: string | null;
  required: boolean;
  secret: boolean;
  /** What values it takes, in words; empty where that says nothing more. */
  takes: string;
  /** The processes that read it. */
  readBy: string[];
}

export interface VariableGroup {
  title: string;
  variables: Variable[];
}

/** The shapes a process or a command parses, and what it is called. */
const READERS: readonly [string, ConfigShape][] = [
  ['API', apiConfig],
  ['worker', workerConfig],
  ['commands', { ...databaseAdminConfig, ...temporalAdminConfig, ...buildIdConfig, ...auditConfig }],
  ['build', buildConfig],
];

/** Fragments that several read; what is in none of them belongs to the one that reads it. */
const SHARED: readonly [string, ConfigShape][] = [
  ['Database', { ...databaseConfig, ...databaseAdminConfig }],
  ['Temporal', { ...temporalConfig, ...temporalAdminConfig }],
  ['Builds', { ...buildConfig, ...buildIdConfig }],
  ['Object storage', storageConfig],
  ['Embedding', embeddingConfig],
  ['Re-ranking', rerankConfig],
  ['Limits', limitsConfig],
  ['Sign-in', authConfig],
  ['Webhooks', webhooksConfig],
  ['Logging', loggingConfig],
  ['Traces', telemetryConfig],
];

/** Every variable that anything reads, each in one group: shared fragments first, then what is one process's own. */
export function variableGroups(): VariableGroup[] {
  const shared = new Set(SHARED.flatMap(([, shape]) => Object.keys(shape)));
  const own = READERS.map(([reader, shape]): [string, ConfigShape] => [
    `Only the ${reader}`,
    Object.fromEntries(Object.entries(shape).filter(([name]) => !shared.has(name))),
  ]);
  return [...SHARED, ...own]
    .map(([title, shape]) => ({
      title,
      variables: Object.entries(shape).map(([name, schema]) => describe(name, schema)),
    }))
    .filter(({ variables }) => variables.length > 0);
}

function describe(name: string, schema: ConfigShape[string]): Variable {
  const unset = schema.safeParse(undefined);
  const json = schema.toJSONSchema({ unrepresentable: 'any' });
  const fallback = unset.success && unset.data !== undefined ? textOf(unset.data) : null;
  return {
    name,
    purpose: schema.description ?? '',
    fallback,
    required: !unset.success,
    secret: json['secret'] === true,
    takes: takesOf(json),
    readBy: READERS.filter(([, shape]) => Object.hasOwn(shape, name)).map(([reader]) => reader),
  };
}

function takesOf({
  minimum,
  maximum,
  minLength,
  enum: values,
}: ReturnType<ConfigShape[string]['toJSONSchema']>): string {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (values !== undefined) return values.join(', ');
  return minLength !== undefined && minLength > 1 ? `at least ${minLength} characters` : '';
}

/** A value as it would stand in the environment. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
