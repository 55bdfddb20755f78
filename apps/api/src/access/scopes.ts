/** What an API key may be allowed. Each operation asks for exactly one. */
export const SCOPES = [
  'documents:read',
  'documents:write',
  'search',
  'tickets:read',
  'tickets:write',
  'runs:read',
  'runs:act',
  'prompts:write',
  'org:admin',
] as const;

export type Scope = (typeof SCOPES)[number];
