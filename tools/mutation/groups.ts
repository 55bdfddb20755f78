/** Code whose mistakes are somebody else's data, and the tests that must notice each of them within seconds. */
export interface MutationGroup {
  readonly name: string;
  /** What is changed. */
  readonly mutate: readonly string[];
  /** Run against every change: none that starts processes or waits for a clock. */
  readonly tests: readonly string[];
}

export const MUTATION_GROUPS: readonly MutationGroup[] = [
  {
    name: 'authorisation',
    mutate: [
      'apps/api/src/access/{access.guard,api-key,api-key-authenticator,authenticator,authorise}.ts',
      'apps/api/src/access/{grantable-scopes,operator-authenticator,principal,secret-hash}.ts',
    ],
    tests: [
      'apps/api/test/access/{access-guard,api-key,authenticator,authorise}.test.ts',
      'apps/api/test/access/{grantable-scopes,operator-authenticator}.test.ts',
    ],
  },
  {
    name: 'tenancy',
    mutate: [
      'libs/db/src/connection/{bound-read,bound-transaction,read-lanes,tenant-database,tenant-reads}.ts',
    ],
    tests: ['libs/db/test/tenancy/{binding,deadlock,read-lanes}.test.ts'],
  },
  {
    name: 'idempotency',
    mutate: [
      'apps/api/src/idempotency/{idempotency-key,idempotent-answers,idempotent-operations}.ts',
      'libs/db/src/idempotency/*.ts',
    ],
    tests: ['apps/api/test/idempotency/*.test.ts', 'libs/db/test/repositories/idempotency.test.ts'],
  },
  {
    name: 'audit',
    mutate: ['libs/db/src/audit/*.ts', 'apps/api/src/audit/signed-head.ts'],
    tests: ['libs/db/test/audit/{audit-event,chain-check,reading}.test.ts', 'apps/api/test/audit/*.test.ts'],
  },
  {
    name: 'tokens',
    mutate: ['apps/api/src/people/auth/{access-tokens,end-session,refresh-token,user-authenticator}.ts'],
    tests: [
      'apps/api/test/access/authenticator.test.ts',
      'apps/api/test/people/{access-tokens,refresh-token}.test.ts',
    ],
  },
];
