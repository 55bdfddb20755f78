import { parseTypeId } from '@docket/domain/ids/type-id';
import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { anyFreePort } from '../../tools/stack/ports.ts';
import type { AppProcess } from './app-process.ts';
import { startRoundRobin } from './round-robin.ts';
import type { TestStack } from './stack.ts';

/** Short, so that what a killed replica held is free again within the test. */
const LEASE_SECONDS = 2;
/** Longer than the lease: who waited so long asks again, and may take the claim over. */
const PATIENCE_MS = 3_000;
/** Longest any request may go without an answer: a few leases, on a busy machine. */
const ANSWERED_WITHIN_MS = 60_000;
const IN_PROGRESS = '"idempotency.in_progress"';

interface StormAnswer {
  status: number;
  location: string | null;
  replayed: boolean;
  body: string;
}

interface Attempt {
  path: string;
  key: string;
  body: string;
}

/**
 * Sends every request of `keys` different ones `perKey` times, all at once, through a balancer before two replicas. After
 * the first few answers one replica is put to sleep for longer than its leases, wakes with requests that
 * others have done meanwhile, and is killed. Each client repeats its request until it is answered, as clients do.
 * Returns all answers by key.
 */
async function storm(stack: TestStack, size: { keys: number; perKey: number }) {
  const port = await anyFreePort();
  const variables = {
    API_PUBLIC_URL: `http://127.0.0.1:${port}`,
    IDEMPOTENCY_LEASE_SECONDS: String(LEASE_SECONDS),
  };
  const replicas = [await stack.startApi(variables), await stack.startApi(variables)] as const;
  const balancer = await startRoundRobin(
    port,
    replicas.map(({ url }) => url),
  );
  try {
    const { orgId, apiKey } = await stack.newOrg(replicas[0]);
    const attempts = Array.from({ length: size.keys }, (_, index) => attemptOf(index));
    // Early, while the replica holds many claims and has done little.
    const disturbAt = Math.ceil(size.keys / 10);
    let answered = 0;
    const onAnswer = async (): Promise<void> => {
      answered += 1;
      if (answered === disturbAt) await disturb(replicas[1]);
    };
    const answers = await Promise.all(
      attempts.map((attempt) =>
        Promise.all(
          Array.from({ length: size.perKey }, () => untilAnswered(balancer.url, apiKey, attempt, onAnswer)),
        ),
      ),
    );
    return { orgId, attempts, answers };
  } finally {
    await balancer.close();
  }
}

/** One third of the requests make a collection, one third announce an upload, one third send a text. */
function attemptOf(index: number): Attempt {
  const name = `storm ${index}`;
  const [path, body] = [
    ['/v1/collections', { name }],
    [
      '/v1/uploads',
      {
        fileName: `${index}.md`,
        mediaType: 'text/markdown',
        sizeBytes: 10,
        sha256: index.toString(16).padStart(64, '0'),
      },
    ],
    ['/v1/documents', { title: name, text: `# ${name}`, mediaType: 'text/markdown' }],
  ][index % 3] as [string, object];
  return { path, key: randomUUID(), body: JSON.stringify(body) };
}

async function disturb(replica: AppProcess): Promise<void> {
  process.kill(replica.pid, 'SIGSTOP');
  await setTimeout(PATIENCE_MS + 2_000);
  process.kill(replica.pid, 'SIGCONT');
  // Time for what it slept through to do harm.
  await setTimeout(1_000);
  await replica.kill();
}

async function untilAnswered(
  url: string,
  apiKey: string,
  { path, key, body }: Attempt,
  onAnswer: () => Promise<void>,
): Promise<StormAnswer> {
  const deadline = Date.now() + ANSWERED_WITHIN_MS;
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  // Each time twice as patient, or a busy machine would see nothing but repeats.
  for (let patienceMs = PATIENCE_MS; ; patienceMs = Math.min(patienceMs * 2, ANSWERED_WITHIN_MS)) {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(patienceMs),
    })
      .then(async (response) => ({ response, text: await response.text() }))
      .catch(() => null);
    if (answer?.response.ok) {
      await onAnswer();
      const { response, text } = answer;
      return {
        status: response.status,
        location: response.headers.get('location'),
        replayed: response.headers.get('idempotent-replayed') === 'true',
        body: text,
      };
    }
    // Anything but a dead replica, a busy service or a running first request is a wrong answer.
    if (answer && ![502, 503].includes(answer.response.status) && !answer.text.includes(IN_PROGRESS)) {
      throw new Error(answer.text);
    }
    if (Date.now() > deadline) throw new Error(`no answer for ${path}: ${answer?.text}`);
    await setTimeout(100 + Math.random() * 200);
  }
}

/** Checks that every effect happened once, and that every answer to a key is the same to the byte. */
export async function expectOneEffectPerKey(
  stack: TestStack,
  size: { keys: number; perKey: number },
): Promise<void> {
  const { orgId, attempts, answers } = await storm(stack, size);
  for (const [index, ofKey] of answers.entries()) {
    const { path } = attempts[index] ?? { path: '' };
    const shown = new Set(
      ofKey.map(({ status, location, body }) => `${status} ${location} ${unsigned(body)}`),
    );
    expect({ path, shown: [...shown] }).toEqual({ path, shown: [expect.any(String)] });
    // None was first where the first died with its answer unsent.
    expect(ofKey.filter(({ replayed }) => !replayed).length).toBeLessThanOrEqual(1);
  }
  const [counted] = await stack.database.asAdmin<{ collections: number; documents: number; runs: number }>(
    `select (select count(*)::integer from collections where org_id = $1 and name like 'storm %') as collections,
            (select count(*)::integer from documents where org_id = $1) as documents,
            (select count(*)::integer from runs where org_id = $1) as runs`,
    [parseTypeId('org', orgId)],
  );
  const collections = attempts.filter(({ path }) => path === '/v1/collections').length;
  const documents = size.keys - collections;
  expect(counted).toEqual({ collections, documents, runs: documents });
}

/** A body without its presigned address, which is signed anew for every answer. */
function unsigned(body: string): string {
  return body.replace(/"url":"[^"]*"/, '"url":""');
}
