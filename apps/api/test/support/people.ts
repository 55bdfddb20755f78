import type { Role } from '@docket/domain/access/roles';
import type { Answer, ApiServer } from './api-server.ts';

export const PASSWORD = 'lantern gravel orchid seven';

/** What a sign-in answers. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  userId: string;
  org: { id: string; name: string };
  role: Role;
}

export interface TestOrg {
  id: string;
  owner: Tokens;
}

let made = 0;

/** An address that nobody of this run has. */
export function newEmail(): string {
  made += 1;
  return `person-${made}@example.com`;
}

/** An answer's body when the request went well; the whole answer as an error otherwise. */
export function successful(answer: Answer): unknown {
  if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.body;
}

/** A new organisation with an owner who is signed in. */
export async function newOrg(api: ApiServer, name = 'Larkspur'): Promise<TestOrg> {
  const answer = await api.ask('POST', '/v1/platform/orgs', api.operatorToken, {
    name,
    ownerEmail: newEmail(),
  });
  const { id, ownerInvitation } = successful(answer) as { id: string; ownerInvitation: { token: string } };
  return { id, owner: await accept(api, ownerInvitation.token) };
}

/** Somebody new in the organisation, invited by its owner and signed in. */
export async function newMember(
  api: ApiServer,
  org: TestOrg,
  role: Role,
  email = newEmail(),
): Promise<Tokens> {
  const invited = await api.ask('POST', '/v1/invitations', org.owner.accessToken, { email, role });
  return accept(api, (successful(invited) as { token: string }).token);
}

export async function accept(api: ApiServer, token: string, password = PASSWORD): Promise<Tokens> {
  const dto = { token, password, name: 'Ada' };
  return successful(await api.ask('POST', '/v1/auth/accept-invitation', null, dto)) as Tokens;
}

export async function newKey(
  api: ApiServer,
  org: TestOrg,
  scopes: readonly string[],
): Promise<{ id: string; key: string }> {
  const answer = await api.ask('POST', '/v1/api-keys', org.owner.accessToken, { name: 'a key', scopes });
  return successful(answer) as { id: string; key: string };
}
