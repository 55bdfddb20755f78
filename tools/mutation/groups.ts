/** Code whose mistakes are somebody else's data. */
export interface MutationGroup {
  readonly name: string;
  readonly parts: readonly MutationPart[];
}

/** Every test is run for every change, so each file stands with those that are about it. */
export interface MutationPart {
  /** What is changed. */
  readonly mutate: string;
  /** Run against every change: none that starts processes or waits for a clock. */
  readonly tests: string;
}

export const MUTATION_GROUPS: readonly MutationGroup[] = [
  {
    name: 'authorisation',
    parts: [
      { mutate: 'apps/api/src/access/access.guard.ts', tests: 'apps/api/test/access/access-guard.test.ts' },
      {
        mutate: 'apps/api/src/access/{authorise,principal}.ts',
        tests: 'apps/api/test/access/{authorise,principal}.test.ts',
      },
      {
        mutate: 'apps/api/src/access/{api-key,secret-hash}.ts',
        tests: 'apps/api/test/access/api-key.test.ts',
      },
      {
        mutate: 'apps/api/src/access/{api-key-authenticator,authenticator}.ts',
        tests: 'apps/api/test/access/authenticator.test.ts',
      },
      {
        mutate: 'apps/api/src/access/{grantable-scopes,operator-authenticator}.ts',
        tests: 'apps/api/test/access/{grantable-scopes,operator-authenticator}.test.ts',
      },
    ],
  },
  {
    name: 'tenancy',
    parts: [
      {
        mutate: 'libs/db/src/connection/{bound-read,read-lanes,tenant-reads}.ts',
        tests: 'libs/db/test/tenancy/{prepared-reads,read-lanes}.test.ts',
      },
      {
        mutate: 'libs/db/src/connection/{bound-transaction,tenant-database}.ts',
        tests: 'libs/db/test/tenancy/{binding,deadlock}.test.ts',
      },
    ],
  },
  {
    name: 'idempotency',
    parts: [
      {
        mutate: 'apps/api/src/idempotency/{idempotency-key,idempotent-operations}.ts',
        tests: 'apps/api/test/idempotency/idempotency-key.test.ts',
      },
      {
        mutate: 'apps/api/src/idempotency/idempotent-answers.ts',
        tests: 'apps/api/test/idempotency/idempotent-answers.test.ts',
      },
      {
        mutate: 'libs/db/src/idempotency/*.ts',
        tests: 'libs/db/test/repositories/{idempotency,operator-keys}.test.ts',
      },
    ],
  },
  {
    name: 'audit',
    parts: [
      { mutate: 'libs/db/src/audit/audit-event.ts', tests: 'libs/db/test/audit/audit-event.test.ts' },
      { mutate: 'libs/db/src/audit/audit-chain.ts', tests: 'libs/db/test/audit/chain-check.test.ts' },
      {
        mutate: 'libs/db/src/audit/{audit.repository,verify-audit}.ts',
        tests: 'libs/db/test/audit/reading.test.ts',
      },
      {
        mutate: 'libs/db/src/audit/installation-log.ts',
        tests: 'libs/db/test/audit/installation-log.test.ts',
      },
      { mutate: 'apps/api/src/audit/signed-head.ts', tests: 'apps/api/test/audit/signed-head.test.ts' },
    ],
  },
  {
    name: 'tokens',
    parts: [
      {
        mutate: 'apps/api/src/people/auth/access-tokens.ts',
        tests: 'apps/api/test/people/access-tokens.test.ts',
      },
      {
        mutate: 'apps/api/src/people/auth/refresh-token.ts',
        tests: 'apps/api/test/people/refresh-token.test.ts',
      },
      {
        mutate: 'apps/api/src/people/auth/user-authenticator.ts',
        tests: 'apps/api/test/access/authenticator.test.ts',
      },
      {
        mutate: 'apps/api/src/people/auth/{end-session,session-tokens.service,sessions.service}.ts',
        tests: 'apps/api/test/people/session-tokens.test.ts',
      },
    ],
  },
];
