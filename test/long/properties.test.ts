import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describedOperations, type DescribedOperation } from '../end-to-end/access/api-description.ts';
import { everySubject } from '../end-to-end/access/controls.ts';
import { OrgWorld } from '../end-to-end/access/org-world.ts';
import { EndToEnd, testServer } from '../end-to-end/support/environment.ts';
import { propertyOperations, type PropertyOperation } from './properties/described-api.ts';
import { OwnRequests } from './properties/own-requests.ts';
import { RequestMaker, SeenIds, type MadeRequest, type Manner } from './properties/request-maker.ts';

/** 100,000 by hand: DOCKET_PROPERTY_REQUESTS=100000. */
const REQUESTS = Number(process.env['DOCKET_PROPERTY_REQUESTS'] ?? 20_000);
/**
 * A run of the same seed sends the same requests, as far as the ids in them allow: a merge is judged by what it changes and
 * not by chance. Others are looked for by hand: DOCKET_PROPERTY_SEED=$RANDOM.
 */
const SEED = Number(process.env['DOCKET_PROPERTY_SEED'] ?? 694_875);
const AT_ONCE = 6;
/** How often each operation is asked in a way that goes well. */
const OWN_REQUESTS = 24;
const LEAST_SUCCESSES = 20;

/** A head beyond 16 kB is refused by the connection, before there is a request of any operation. */
const TOO_LONG_A_HEAD = 431;
/** They succeed only while an embedding profile is being changed, which is another test's. */
const SELDOM_POSSIBLE = [
  'pauseEmbeddingProfile',
  'resumeEmbeddingProfile',
  'cancelEmbeddingProfile',
  'rollBackEmbeddingProfile',
];
/** What the run itself would not survive: done in their own ways alone. */
const NOT_BY_CHANCE = ['leaveOrg'];

jest.setTimeout(3_600_000);

let on: EndToEnd;
let world: OrgWorld;
let described: DescribedOperation[];
let operations: PropertyOperation[];
let own: OwnRequests;
let seen: SeenIds;

beforeAll(async () => {
  on = await EndToEnd.open(testServer);
  world = await OrgWorld.open(on, 'propertyworld');
  described = await describedOperations(on.api.url);
  operations = await propertyOperations(on.api.url);
  seen = new SeenIds(new Set([world.id, world.owner.sub, world.owner.sid]));
  seen.harvest((await everySubject(world)).join(' '));
  const indexed = await world.made('/v1/documents', {
    title: 'indexed',
    text: '# Exports\n\nThe export runs every night.',
    mediaType: 'text/markdown',
  });
  own = new OwnRequests(world, String(indexed['id']));
  // From here on work waits: what is measured is the API, and a run that waits can be acted upon.
  world.patienceSeconds = 0;
  await on.worker.stop();
}, 240_000);

afterAll(() => on.close(), 120_000);

interface Outcome {
  operation: PropertyOperation;
  what: string;
  status: number;
  problem: string | null;
}

async function ask(
  operation: PropertyOperation,
  { path, mediaType, body }: Pick<MadeRequest, 'path' | 'mediaType' | 'body'>,
  credential: string | null,
): Promise<{ status: number; mediaType: string; text: string }> {
  const response = await fetch(`${on.api.url}${path}`, {
    method: operation.method,
    headers: {
      ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
      ...(mediaType === null ? {} : { 'content-type': mediaType }),
    },
    ...(body === null ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, mediaType: response.headers.get('content-type') ?? '', text };
}

/** A request that is to go well. */
async function askWell(operation: PropertyOperation): Promise<Outcome> {
  const description = described.find(({ id }) => id === operation.id);
  if (!description) throw new Error(operation.id);
  const { path, body, credential } = await own.of(description);
  const request = {
    path,
    mediaType: operation.body?.mediaType ?? null,
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  };
  return outcomeOf(operation, 'its own request', request, await ask(operation, request, credential));
}

function outcomeOf(
  operation: PropertyOperation,
  what: string,
  request: Pick<MadeRequest, 'path' | 'body'>,
  answer: { status: number; mediaType: string; text: string },
): Outcome {
  seen.harvest(answer.text);
  const { status, mediaType, text } = answer;
  const wrong = operation.wrongWith(status, mediaType, text);
  const problem =
    wrong === null || status === TOO_LONG_A_HEAD || isElsewhere(text)
      ? null
      : `${wrong}: ${operation.method} ${request.path} ${(request.body ?? '').slice(0, 300)} → ${status} ${text.slice(0, 500)}`;
  return { operation, what, status, problem };
}

/** A path that a hostile part of it leads elsewhere is no request of the operation. */
function isElsewhere(text: string): boolean {
  return /"code":"(route\.not_found|api\.version_unknown)"/.test(text);
}

const MANNERS: readonly Manner[] = ['valid', 'valid', 'valid', 'nearly_valid', 'nearly_valid', 'hostile'];

/** A request by chance, with a credential that counts or with one that must not. */
async function askByChance(
  operation: PropertyOperation,
  maker: RequestMaker,
  seed: number,
): Promise<Outcome> {
  const manner = MANNERS[seed % MANNERS.length] ?? 'valid';
  const request = maker.make(operation, manner, seed);
  const description = described.find(({ id }) => id === operation.id);
  if (operation.credential === 'none' || seed % 8 !== 0 || !description) {
    const credential = description ? own.credentialFor(description) : null;
    return outcomeOf(operation, manner, request, await ask(operation, request, credential));
  }
  const worthless =
    [null, 'nonsense', `dk_live_${'a'.repeat(38)}`, `${world.forge.valid(world.owner)}x`][seed % 4] ?? null;
  const answer = await ask(operation, request, worthless);
  const outcome = outcomeOf(operation, 'a worthless credential', request, answer);
  // What cannot be read is refused before anybody is asked who they are.
  const refused =
    answer.status === 401 ||
    [400, 413, 415, TOO_LONG_A_HEAD].includes(answer.status) ||
    isElsewhere(answer.text);
  return refused
    ? outcome
    : { ...outcome, problem: `a credential was ignored: ${request.path} → ${answer.status}` };
}

async function inParallel(tasks: (() => Promise<Outcome>)[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = tasks[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const task of queue) outcomes.push(await task());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcomes;
}

describe(`${REQUESTS} requests made from OpenAPI, valid, nearly valid and hostile, seed ${SEED}`, () => {
  it('are answered as described, without a fault of the service, and never without a credential that counts', async () => {
    const maker = new RequestMaker(seen);
    const byChance = operations.filter(({ id }) => !NOT_BY_CHANCE.includes(id));
    const well = operations.flatMap((operation) =>
      Array.from({ length: OWN_REQUESTS }, () => () => askWell(operation)),
    );
    const rest = Array.from({ length: Math.max(0, REQUESTS - well.length) }, (_, index) => () => {
      const operation = byChance[index % byChance.length];
      if (!operation) throw new Error('no operation');
      return askByChance(operation, maker, SEED + index * 7 + Math.floor(index / byChance.length));
    });
    const outcomes = await inParallel([...well, ...rest]);

    const successes = new Map<string, number>();
    for (const { operation, status } of outcomes)
      if (status < 300) successes.set(operation.id, (successes.get(operation.id) ?? 0) + 1);
    const seldom = operations
      .map(({ id }) => id)
      .filter((id) => (successes.get(id) ?? 0) < LEAST_SUCCESSES && !SELDOM_POSSIBLE.includes(id));
    const total = [...successes.values()].reduce((sum, count) => sum + count, 0);
    const problems = [...new Set(outcomes.flatMap(({ problem }) => problem ?? []))];
    console.log(
      `${outcomes.length} requests, ${total} with success, ${outcomes.filter(({ status }) => status >= 500).length} faults`,
    );
    expect({ problems: problems.slice(0, 40), seldom }).toEqual({ problems: [], seldom: [] });
    expect(outcomes.filter(({ status }) => status >= 500)).toEqual([]);
    expect(total / outcomes.length).toBeGreaterThanOrEqual(0.3);
  });
});
