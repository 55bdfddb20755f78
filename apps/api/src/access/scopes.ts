/** What an API key may be allowed. An operation of an organisation asks for one, or for any valid key. */
export const SCOPES = [
  'documents:read',
  'documents:write',
  'search',
  'tickets:read',
  'tickets:write',
  'runs:read',
  'runs:act',
  'prompts:write',
  'org:read',
  'org:admin',
] as const;

export type Scope = (typeof SCOPES)[number];
