import type { TestDatabase } from '../../../../test/support/database.ts';

/** Tables that belong to the whole installation: no row of theirs is any org's. */
const PLATFORM_TABLES = [
  'embedding_profiles',
  'installation_events',
  'installation_heads',
  'migrations',
  'operator_idempotency_keys',
  'plans',
  'provider_limits',
  'provider_permits',
  'provider_shares',
  'rate_windows',
  'reconciliation',
];

/** Tables whose rows are one person's, whatever orgs they belong to, with the column that says whose. */
const PERSON_TABLES: Readonly<Record<string, string>> = {
  users: 'id',
  user_passwords: 'user_id',
  sessions: 'user_id',
  refresh_tokens: 'user_id',
};

/** A colleague's name and address may be read by the members of an org; the policy below it shows one org's members. */
const COLLEAGUES_EXPRESSION = '(EXISTS ( SELECT 1\n   FROM memberships m\n  WHERE (m.user_id = users.id)))';

const PERSON_EXPRESSION = "(NULLIF(current_setting('docket.user_id'::text, true), ''::text))::uuid";
const TENANT_EXPRESSION = "(NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid";

interface Policy {
  name: string;
  command: string;
  roles: string[];
  using: string | null;
  check: string | null;
}

interface TableRow {
  name: string;
  enabled: boolean;
  forced: boolean;
  owner: string;
  policies: Policy[];
}

const TABLES_SQL = `
  select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
         pg_get_userbyid(c.relowner) as owner,
         coalesce((select json_agg(json_build_object('name', p.polname, 'command', p.polcmd,
                    'roles', (select array_agg(case when r = 0 then 'public' else pg_get_userbyid(r) end)
                                from unnest(p.polroles) r),
                    'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)))
            from pg_policy p where p.polrelid = c.oid), '[]') as policies
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') order by c.relname`;

/** Everything in schema public by which one org could see another's rows, in words; empty when there is nothing. */
export async function tenancyProblems(db: TestDatabase): Promise<string[]> {
  const tables = await db.asAdmin<TableRow>(TABLES_SQL);
  return tables.filter(({ name }) => !PLATFORM_TABLES.includes(name)).flatMap(problemsOf);
}

/** Tables of schema public that hold rows of orgs: by the catalogue, partitions included. */
export async function tenantTables(db: TestDatabase): Promise<string[]> {
  const tables = await db.asAdmin<TableRow>(TABLES_SQL);
  return tables
    .map(({ name }) => name)
    .filter((name) => !PLATFORM_TABLES.includes(name) && PERSON_TABLES[name] === undefined);
}

/** What must be equal to what in the policy of a table, and what that policy is called. */
function bindingOf(table: string): { policy: string; expression: string } {
  const personColumn = PERSON_TABLES[table];
  if (personColumn !== undefined) {
    return { policy: 'person', expression: `(${personColumn} = ${PERSON_EXPRESSION})` };
  }
  return { policy: 'tenant', expression: `(${table === 'orgs' ? 'id' : 'org_id'} = ${TENANT_EXPRESSION})` };
}

function problemsOf(table: TableRow): string[] {
  const binding = bindingOf(table.name);
  const bound = table.policies.find((policy) => policy.name === binding.policy);
  const said = [
    table.enabled ? '' : 'row level security is not enabled',
    table.forced ? '' : 'row level security is not forced',
    table.owner === 'docket_owner' ? '' : `belongs to ${table.owner}`,
    ...(bound ? problemsOfPolicy(bound, binding.expression) : [`has no policy named ${binding.policy}`]),
    // Policies add up: any other one that speaks to the application would widen what it sees.
    ...table.policies
      .filter((policy) => policy !== bound && policy.roles.join() !== 'docket_system')
      .filter((policy) => !isColleaguesPolicy(table.name, policy))
      .map(({ name, roles }) => `policy ${name} is for ${roles.join()}`),
  ];
  return said.filter(Boolean).map((problem) => `${table.name}: ${problem}`);
}

/** The one policy that may widen what the application sees, and only for reading. */
function isColleaguesPolicy(table: string, { name, command, using }: Policy): boolean {
  return table === 'users' && name === 'colleagues' && command === 'r' && using === COLLEAGUES_EXPRESSION;
}

function problemsOfPolicy(policy: Policy, expected: string): string[] {
  return [
    policy.command === '*' ? '' : `its ${policy.name} policy is not for all commands`,
    policy.using === expected ? '' : `USING is ${policy.using}`,
    policy.check === expected ? '' : `WITH CHECK is ${policy.check}`,
  ];
}
