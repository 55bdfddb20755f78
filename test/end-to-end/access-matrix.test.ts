import { ROLES } from '@docket/domain/access/roles';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describedOperations, type DescribedOperation } from './access/api-description.ts';
import { everySubject, namesAnObject, prepare } from './access/controls.ts';
import { OrgWorld, send, type Answer } from './access/org-world.ts';
import { EndToEnd, testServer } from './support/environment.ts';

jest.setTimeout(300_000);

/** In everything an organisation owns: found in an answer to anybody else, it is a leak. */
const MARKER = 'zq7markerofhome';
const STRANGERS_MARKER = 'zq8markerofstranger';

/**
 * They only read, or say what is seen anyway; the token that this matrix signs out is nobody's; an embedding profile is
 * no organisation's.
 */
const LEAVES_NO_EVENT = ['search', 'previewPrompt', 'confirmUpload', 'signOut', 'activateEmbeddingProfile'];

let on: EndToEnd;
let home: OrgWorld;
let stranger: OrgWorld;
let operations: DescribedOperation[];
/** Keys of home with one scope each, and one with none that counts here. */
let keys: { scope: string; key: string }[];
/** Credentials that must count for nothing, with what is wrong with them. */
let refused: [string, string | null][];
let strangersKey: string;

/** What went wrong, in words; every cell of the matrix adds to it or does not. */
let wrong: string[];
let cells: number;
/** Ids of the requests by which the first who may did each operation that is no reading. */
let acts: string[];

beforeAll(async () => {
  on = await EndToEnd.open(testServer);
  [home, stranger] = [await OrgWorld.open(on, MARKER), await OrgWorld.open(on, STRANGERS_MARKER)];
  operations = await describedOperations(on.api.url);
  const scopes = [...new Set(operations.flatMap(({ access }) => access.scope ?? []))].filter(
    (scope) => scope !== 'any',
  );
  keys = await Promise.all(scopes.map(async (scope) => ({ scope, key: (await home.newKey([scope])).key })));
  strangersKey = (await stranger.newKey(scopes)).key;
  refused = await worthlessCredentials(scopes);
  // What is asked for by a foreign id has to be there.
  await everySubject(home);
}, 240_000);

afterAll(() => on.close(), 120_000);

async function worthlessCredentials(scopes: string[]): Promise<[string, string | null][]> {
  const [ended, removed] = [await home.newPerson('owner'), await home.newPerson('owner')];
  await home.endSession(ended);
  await send(on, 'DELETE', `/v1/users/${removed.sub}`, home.owner.token);
  const [revoked, expired] = [await home.newKey(scopes), await home.newKey(scopes)];
  await send(on, 'DELETE', `/v1/api-keys/${revoked.id}`, home.owner.token);
  await on.stack.database.asAdmin('update api_keys set expires_at = now() where prefix = $1', [
    expired.key.slice(0, 12),
  ]);
  return [
    ['no credential', null],
    ['no token at all', 'nonsense'],
    ['a key that was revoked', revoked.key],
    ['a key that has expired', expired.key],
    ['a key with a wrong letter', `${expired.key.slice(0, -1)}${expired.key.endsWith('0') ? '1' : '0'}`],
    ['a token of a session that ended', ended.token],
    ['a token of a removed member', removed.token],
    ...Object.entries(home.forge.wrong(home.owner)).map(([what, token]): [string, string] => [
      `a token ${what}`,
      token,
    ]),
  ];
}

function note(ok: boolean, operation: DescribedOperation, what: string, { status, text }: Answer): void {
  cells += 1;
  if (!ok) wrong.push(`${operation.id}, ${what}: ${status} ${text.slice(0, 600)}`);
}

const hasCode = (answer: Answer, status: number, code: string): boolean =>
  answer.status === status && answer.text.includes(`"code":"${code}"`);

/** The cells in which nobody gets in: neither a credential that is worthless nor one that is for something else. */
async function refuse(operation: DescribedOperation, path: string, body: unknown): Promise<void> {
  const { credential, scope, roles } = operation.access;
  if (credential === 'none') return;
  const check = async (
    what: string,
    token: string | null,
    ...[status, ...codes]: [number, ...string[]]
  ): Promise<void> => {
    const answer = await send(on, operation.method, path, token, body);
    const said = codes.some((code) => hasCode(answer, status, code)) && !answer.text.includes(MARKER);
    note(said, operation, what, answer);
  };
  await Promise.all([
    ...refused.map(([what, token]) =>
      check(what, token, 401, token === null ? 'auth.required' : 'auth.invalid'),
    ),
    ...keys
      .filter((key) => credential !== 'tenant' || (scope !== 'any' && key.scope !== scope))
      .map(({ scope: other, key }) => check(`a key with ${other}`, key, 403, 'auth.forbidden')),
    ...ROLES.filter(
      (role) => credential === 'operator' || (credential === 'tenant' && !roles?.includes(role)),
    ).map((role) => check(`a person who is ${role}`, home.person(role).token, 403, 'auth.forbidden')),
    ...(credential === 'operator'
      ? []
      : [check('an operator', on.stack.operatorToken, 403, 'auth.forbidden')]),
  ]);
}

type Caller = [what: string, credential: string | null, role: (typeof ROLES)[number]];

/** Everybody who may call an operation; an owner leads. */
function admitted({ access: { credential, scope, roles } }: DescribedOperation): Caller[] {
  if (credential === 'none') return [['anybody', null, 'owner']];
  if (credential === 'operator') return [['an operator', on.stack.operatorToken, 'owner']];
  const people = ROLES.toReversed()
    .filter((role) => credential === 'person' || roles?.includes(role))
    .map((role): Caller => [`a person who is ${role}`, home.person(role).token, role]);
  const machines = keys
    .filter((key) => credential === 'tenant' && (scope === 'any' || key.scope === scope))
    .map(({ scope: own, key }): Caller => [`a key with ${own}`, key, 'admin']);
  return [...people, ...machines];
}

/** The cells in which everybody gets in who may, each on an object that is really there. */
async function admit(operation: DescribedOperation, first: { path: string }): Promise<void> {
  for (const [index, [what, token, role]] of admitted(operation).entries()) {
    const request = await prepare(operation, home, home.person(role));
    // The first takes the very object that everybody was refused before: they left it in its place.
    const path = index === 0 ? first.path : request.path;
    const requestId = `${operation.id}-${index}`;
    const answer = await send(on, operation.method, path, request.credential ?? token, request.body, {
      'x-request-id': requestId,
    });
    if (answer.status < 300 && index === 0 && operation.method !== 'GET') acts.push(requestId);
    const fine = answer.status < 300 || (request.alsoFine ?? []).includes(answer.status);
    note(fine, operation, `${what} must get in`, answer);
  }
}

/** The cells in which a member and a key of another organisation ask for what is home's, by its id. */
async function askFromOutside(operation: DescribedOperation, path: string): Promise<void> {
  const { credential } = operation.access;
  if (credential !== 'tenant' && credential !== 'person') return;
  const own = await prepare(operation, stranger, stranger.owner);
  if (namesAnObject(operation)) {
    const addresses = [path, ...mixedPaths(operation.path, path, own.path)];
    for (const token of credential === 'tenant'
      ? [stranger.owner.token, strangersKey]
      : [stranger.owner.token]) {
      for (const address of addresses) {
        const answer = await send(on, operation.method, address, token, own.body);
        const unknown = answer.status === 404 && !answer.text.includes(MARKER);
        note(unknown, operation, `a foreign id in ${address}`, answer);
      }
    }
  }
  // What is used up, or leaves its organisation, is not asked again and again.
  if (operation.method !== 'DELETE' && operation.id !== 'leaveOrg') await passForeignIds(operation, own);
}

/** A stranger's own requests with home's ids in every place that may name something. */
async function passForeignIds(
  operation: DescribedOperation,
  own: { path: string; body: unknown },
): Promise<void> {
  const ids = await everySubject(home);
  const check = async (what: string, url: string, body: unknown): Promise<void> => {
    const answer = await send(on, operation.method, url, stranger.owner.token, body);
    note(answer.status < 500 && !answer.text.includes(MARKER), operation, what, answer);
  };
  const parameters = operation.queryParameters.filter((name) => !['limit', 'cursor'].includes(name));
  await Promise.all([
    check('a foreign org as orgId', `${own.path}?orgId=${home.id}`, own.body),
    ...parameters.flatMap((name) =>
      [...ids, MARKER].map((value) => check(`${value} as ${name}`, `${own.path}?${name}=${value}`, own.body)),
    ),
  ]);
  const { body } = own;
  if (typeof body !== 'object' || body === null) return;
  const refused = await send(on, operation.method, own.path, stranger.owner.token, {
    ...body,
    orgId: home.id,
  });
  note(refused.status === 400, operation, 'a foreign org in the body', refused);
  for (const field of Object.keys(body)) {
    const values = /(id|ids|collection|filter|email)$/i.test(field) ? ids : ids.slice(0, 1);
    for (const id of values) await check(`${id} as ${field}`, own.path, { ...body, [field]: id });
  }
}

/** The addresses in which one id is foreign and the others are not. */
function mixedPaths(template: string, foreign: string, own: string): string[] {
  const [named, theirs, mine] = [template.split('/'), foreign.split('/'), own.split('/')];
  const places = named.flatMap((part, place) => (part.startsWith('{') ? [place] : []));
  if (places.length < 2) return [];
  return places.map((place) =>
    mine.map((part, index) => (index === place ? (theirs[index] ?? '') : part)).join('/'),
  );
}

describe('every operation that OpenAPI names', () => {
  beforeAll(() => {
    wrong = [];
    cells = 0;
    acts = [];
  });

  it('lets in who may, keeps out everybody else, and shows nothing of another organisation', async () => {
    expect(operations.length).toBeGreaterThan(50);
    for (const operation of operations) {
      const subject = await prepare(operation, home, home.owner);
      await refuse(operation, subject.path, subject.body);
      await askFromOutside(operation, subject.path);
      await admit(operation, subject);
    }
    expect(wrong).toEqual([]);
    expect(cells).toBeGreaterThan(operations.length * 20);
  });

  it('leaves an event with what it did, unless it does nothing to an organisation', async () => {
    const told = await on.stack.database.asAdmin<{ request: string }>(
      `select distinct record::jsonb ->> 'requestId' as request from audit_events`,
    );
    const requests = new Set(told.map(({ request }) => request));
    const untold = acts.filter((request) => !requests.has(request)).map((request) => request.split('-')[0]);
    expect(acts.length).toBeGreaterThan(30);
    expect(untold.filter((operation) => !LEAVES_NO_EVENT.includes(operation ?? ''))).toEqual([]);
  });

  it('is asked about by a search of the other organisation in vain, and by its own with success', async () => {
    const search = async (token: string): Promise<Answer> =>
      send(on, 'POST', '/v1/search', token, { query: MARKER });
    expect((await search(home.owner.token)).text).toContain(`The ${MARKER} is kept`);
    expect((await search(stranger.owner.token)).text).not.toContain(MARKER);
  });
});
