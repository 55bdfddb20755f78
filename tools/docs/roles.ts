import { ROLES } from '@docket/domain/access/roles';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { markdownTable, runGenerator } from './generated-files.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const COMMAND = 'node tools/docs/roles.ts';
const DESCRIBE = resolve(ROOT, 'apps/api/dist/commands/describe-api.js');
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface Access {
  credential: 'none' | 'tenant' | 'person' | 'operator';
  scope?: string;
  roles?: string[];
}

interface DescribedOperation {
  operationId: string;
  summary: string;
  'x-docket-access': Access;
}

interface Described {
  paths: Record<string, Partial<Record<(typeof METHODS)[number], DescribedOperation>>>;
}

interface Route extends DescribedOperation {
  route: string;
}

/** Every operation the built API declares, with its address. */
function describedRoutes(): Route[] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [DESCRIBE], {
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  });
  if (status !== 0) throw new Error(`${DESCRIBE} failed: build first.\n${stderr}`);
  const { paths } = JSON.parse(stdout) as Described;
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ ...operation, route: `${method.toUpperCase()} ${path}` }] : [];
    }),
  );
}

function rolesPage(routes: readonly Route[]): string {
  const of = (credential: Access['credential']): Route[] =>
    routes.filter((route) => route['x-docket-access'].credential === credential);
  return `# Who may do what

A person has one role in each organisation they belong to; an API key has scopes. Both are looked up at every request, so
a changed role, a removed member, an ended session and a revoked key count at once. What a credential does not allow is
403 \`auth.forbidden\`; what belongs to another organisation is 404, as if it did not exist.

- \`owner\` has everything, and is the only one to make or unmake owners. An organisation always has one.
- \`admin\` looks after people, keys and settings.
- \`agent\` works with documents and tickets.
- \`viewer\` reads.

This page is made from [operations.ts](../apps/api/src/access/operations.ts), which the guard reads too, by \`${COMMAND}\`.

## In an organisation

An API key needs the scope. A person needs one of the roles, whatever scopes there are.

${markdownTable([['operation', 'address', 'scope of a key', ...ROLES], ...of('tenant').map(tenantRow)])}

## For a person

With an access token, whatever the role. An API key is nobody here.

${markdownTable(plainRows(of('person')))}

## For the operators of the installation

With \`PLATFORM_OPERATOR_TOKEN\` and nothing else. It opens no other route: an operator has no way to the documents or
tickets of an organisation.

${markdownTable(plainRows(of('operator')))}

## Open to anybody

${markdownTable(plainRows(of('none')))}
`;
}

function tenantRow({ operationId, route, 'x-docket-access': { scope, roles = [] } }: Route): string[] {
  const key = scope === 'any' ? 'any' : `\`${scope}\``;
  return [operationId, `\`${route}\``, key, ...ROLES.map((role) => (roles.includes(role) ? 'yes' : ''))];
}

function plainRows(routes: readonly Route[]): string[][] {
  return [
    ['operation', 'address', 'what it does'],
    ...routes.map(({ operationId, route, summary }) => [operationId, `\`${route}\``, summary]),
  ];
}

if (import.meta.main) runGenerator(COMMAND, () => ({ 'docs/roles.md': rolesPage(describedRoutes()) }));
