import { apiConfig } from '@docket/platform/config/api';
import { workerConfig } from '@docket/platform/config/worker';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { randomBytes } from 'node:crypto';
import { STORAGE_VARIABLE } from '../../../jest.common.ts';
import type { RunningStack } from '../../support/stack.ts';

const value = (): string => `planted${randomBytes(20).toString('hex')}`;

/**
 * Secrets that a stack of tests would not have, set for the sake of being looked for. Redis is not there, so that its
 * address is in an error. The one for Temporal switches TLS on, and is left out.
 */
export function plantedSecrets(): Record<string, string> {
  return {
    ANTHROPIC_API_KEY: value(),
    MODEL_SERVER_API_KEY: value(),
    EMBEDDING_API_KEY: value(),
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${value()}`,
    // A bucket has real ones, which are looked for as well.
    ...(process.env[STORAGE_VARIABLE] === 's3'
      ? {}
      : { STORAGE_ACCESS_KEY: value(), STORAGE_SECRET_KEY: value() }),
    REDIS_URL: `redis://docket:${value()}@127.0.0.1:1`,
  };
}

/** Every secret that API and worker were given, by the name of its variable: a new one is looked for by itself. */
export function secretsGiven({ stack }: RunningStack): [name: string, secret: string][] {
  const environment = stack.environment;
  const names = Object.entries({ ...apiConfig, ...workerConfig })
    .filter(([, schema]) => schema.meta()?.['secret'] === true)
    .map(([name]) => name);
  return [...names, 'DATABASE_URL'].flatMap((name) =>
    valuesIn(environment[name] ?? '').map((secret): [string, string] => [name, secret]),
  );
}

/** What is secret in the value of a variable: the password of an address, the private part of each key of a set, a header. */
function valuesIn(text: string): string[] {
  if (text === '') return [];
  if (text.startsWith('{')) return (JSON.parse(text) as { keys: { d: string }[] }).keys.map(({ d }) => d);
  // Pairs of names and values.
  if (/^[\w-]+=./.test(text)) return text.split(',').map((pair) => pair.slice(pair.indexOf('=') + 1));
  if (!text.includes('://')) return [text];
  const { password } = new URL(text);
  return password === '' ? [] : [password];
}

/** Everything that is shown or kept for people to read: both logs, both pages of metrics, and every history. */
export async function everythingShown({ api, worker }: RunningStack, temporal: Client): Promise<string[]> {
  const metrics = [api, worker].map(async ({ url }) => (await fetch(`${url}/metrics`)).text());
  const histories: string[] = [];
  for await (const { workflowId, runId } of temporal.workflow.list()) {
    const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push(withPayloads(JSON.stringify(historyToJSON(history))));
  }
  return [
    ...[api, worker].map((app) => app.lastLines(Infinity)),
    ...(await Promise.all(metrics)),
    ...histories,
  ];
}

/** Payloads are in base64, which would hide what is in them. */
function withPayloads(history: string): string {
  return history.replaceAll(/"data":"([^"]*)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
}
