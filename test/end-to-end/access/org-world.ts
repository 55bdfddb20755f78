import { ROLES, type Role } from '@docket/domain/access/roles';
import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import { randomBytes } from 'node:crypto';
import { newId } from '../../support/database.ts';
import type { EndToEnd } from '../support/environment.ts';
import { TokenForge, type TokenSubject } from './forged-tokens.ts';

/** A person signed in to an organisation. */
export interface SignedIn extends TokenSubject {
  role: Role;
  token: string;
}

export interface Answer {
  status: number;
  text: string;
}

/** One organisation for the matrix: its people, its keys, and its marker, which is in everything it owns. */
export class OrgWorld {
  readonly on: EndToEnd;
  readonly id: string;
  readonly marker: string;
  readonly forge: TokenForge;
  /** How long what it makes is waited for; without a worker there is nothing to wait for. */
  patienceSeconds = 20;
  readonly #dbId: string;
  readonly #people = new Map<Role, SignedIn>();
  readonly #subjects = new Map<string, Promise<string>>();

  private constructor(on: EndToEnd, id: string, marker: string) {
    this.on = on;
    this.id = id;
    this.marker = marker;
    this.#dbId = uuidOf('org', id);
    this.forge = new TokenForge(on.stack.signingKeys, on.api.url);
  }

  static async open(on: EndToEnd, marker: string): Promise<OrgWorld> {
    const made = await send(on, 'POST', '/v1/platform/orgs', on.stack.operatorToken, {
      name: `org ${marker}`,
    });
    const { id } = bodyOf(made) as { id: string };
    const world = new OrgWorld(on, id, marker);
    for (const role of ROLES) world.#people.set(role, await world.newPerson(role));
    // One more, so that an owner may leave.
    await world.newPerson('owner');
    return world;
  }

  person(role: Role): SignedIn {
    const person = this.#people.get(role);
    if (!person) throw new Error(`nobody is ${role}`);
    return person;
  }

  get owner(): SignedIn {
    return this.person('owner');
  }

  /** Somebody new with this role, signed in; straight into the rows, since hashing a password takes a while. */
  async newPerson(role: Role): Promise<SignedIn> {
    const [userId, sessionId] = [newId(), newId()];
    await this.on.stack.database.tenants.withMember(this.#dbId, userId, async (tx, person) => {
      const email = `${userId}.${this.marker}@example.com`;
      if (!(await person.users.create({ email, name: `person ${this.marker}` }))) throw new Error('taken');
      await tx.memberships.add(userId, role);
      await person.sessions.open({
        id: sessionId,
        orgId: this.#dbId,
        userAgent: this.marker,
        idleSeconds: 3_600,
        token: { id: newId(), hash: randomBytes(32) },
      });
    });
    const subject = { sub: toTypeId('user', userId), org: this.id, sid: toTypeId('session', sessionId) };
    return { ...subject, role, token: this.forge.valid(subject) };
  }

  /** Another session of a person, by its public id. */
  async newSession({ sub }: TokenSubject): Promise<string> {
    const [userId, sessionId] = [uuidOf('user', sub), newId()];
    await this.on.stack.database.tenants.withMember(this.#dbId, userId, (_, person) =>
      person.sessions.open({
        id: sessionId,
        orgId: this.#dbId,
        userAgent: this.marker,
        idleSeconds: 3_600,
        token: { id: newId(), hash: randomBytes(32) },
      }),
    );
    return toTypeId('session', sessionId);
  }

  async endSession({ sub, sid }: TokenSubject): Promise<void> {
    await this.on.stack.database.tenants.withMember(this.#dbId, uuidOf('user', sub), async (_, person) => {
      await person.sessions.end(uuidOf('session', sid), 'signed_out');
    });
  }

  async newKey(scopes: readonly string[]): Promise<{ id: string; key: string }> {
    return (await this.made('/v1/api-keys', { name: `key ${this.marker}`, scopes })) as {
      id: string;
      key: string;
    };
  }

  /** What a POST of the owner's answers. */
  async made(path: string, body: unknown): Promise<Record<string, unknown>> {
    const prefer = { prefer: `wait=${this.patienceSeconds}` };
    return bodyOf(await send(this.on, 'POST', path, this.forge.valid(this.owner), body, prefer));
  }

  /** The id of an object that stays, made when it is first asked for. */
  async lasting(kind: string, make: () => Promise<string>): Promise<string> {
    const known = this.#subjects.get(kind) ?? make();
    this.#subjects.set(kind, known);
    return known;
  }

  /** The lasting object of a kind, where one was asked for. */
  async kept(kind: string): Promise<string | undefined> {
    return this.#subjects.get(kind);
  }
}

export async function send(
  on: EndToEnd,
  method: string,
  path: string,
  credential: string | null,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${on.api.url}${path}`, {
    method,
    headers: {
      ...headers,
      ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
      ...(body === undefined
        ? {}
        : { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const head = JSON.stringify([...response.headers]);
  return { status: response.status, text: `${head}\n${await response.text()}` };
}

/** The JSON of an answer that went well. */
export function bodyOf({ status, text }: Answer): Record<string, unknown> {
  if (status >= 300) throw new Error(`${status}: ${text}`);
  return JSON.parse(text.slice(text.indexOf('\n'))) as Record<string, unknown>;
}

function uuidOf(kind: 'org' | 'user' | 'session', id: string): string {
  const uuid = parseTypeId(kind, id);
  if (uuid === null) throw new Error(`no ${kind}: ${id}`);
  return uuid;
}
