import { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { defineConfig } from 'eslint/config';
import { RESTRICTED_SYNTAX } from './lint-rules.ts';

/** The graph of docs/architecture.md. Workflows take types from activities besides, the API takes contracts only. */
const MAY_IMPORT = {
  'libs/domain': [],
  'libs/platform': ['domain'],
  'libs/db': ['domain', 'platform'],
  'libs/adapters': ['domain', 'platform'],
  'libs/activities': ['domain', 'platform', 'db', 'adapters'],
  'libs/workflows': ['domain', 'activities'],
  'apps/api': ['domain', 'platform', 'db', 'adapters', 'workflows'],
  'apps/worker': ['domain', 'platform', 'db', 'adapters', 'activities', 'workflows'],
} as const satisfies Record<string, readonly string[]>;

type Package = keyof typeof MAY_IMPORT;

const PACKAGES = Object.keys(MAY_IMPORT) as Package[];

interface ImportBorder {
  regex: string;
  message: string;
  allowTypeImports?: boolean;
  allowImportNames?: string[];
}

const NODE = `(node:.*|(${builtinModules.filter((name) => !name.startsWith('node:')).join('|')})(/.*)?)`;

const SQL_STAYS_IN_DB = [
  {
    selector:
      'TemplateElement[value.raw=/^\\s*(select|insert into|update \\w+ set|delete from|with \\w+ as)\\s/i]',
    message:
      'SQL stays in libs/db, where the tenant and the plan are looked after. Give a repository a method for it.',
  },
  {
    selector:
      'Literal[value=/^\\s*(select .+ from|select \\w+\\(|insert into|update \\w+ set|delete from|with \\w+ as)\\s/i]',
    message:
      'SQL stays in libs/db, where the tenant and the plan are looked after. Give a repository a method for it.',
  },
  {
    selector: 'CallExpression[callee.property.name="createQueryBuilder"]',
    message: 'Queries are written in libs/db. Give a repository a method for it.',
  },
];

const NO_IMPORT_CALLS = {
  selector: 'ImportExpression',
  message: 'An import() here is not seen by the border rules, nor by the workflow bundle. Import statically.',
};

const NO_CLOCK = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: 'Time is passed into domain functions (nowMs): the same input gives the same output.',
};

const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message:
    'The environment is read once, in libs/platform/src/config, and checked there. Take a typed setting as a parameter.',
};

const RANDOMNESS =
  'Randomness is passed into domain functions (a Uint8Array): the same input gives the same output.';

const DOMAIN_PROPERTIES = [
  { object: 'Date', property: 'now', message: NO_CLOCK.message },
  { object: 'performance', property: 'now', message: NO_CLOCK.message },
  {
    object: 'Math',
    property: 'random',
    message: RANDOMNESS,
  },
  { object: 'crypto', message: RANDOMNESS },
];

/** What only the package `name` may import, as patterns of imports that are out for it. Each import meets one at most. */
function importBorders(name: Package): ImportBorder[] {
  return [
    graphBorder(name),
    ...(name === 'libs/domain' || name === 'libs/workflows' ? pureBorders() : []),
    ...(name === 'libs/workflows' ? workflowBorders() : []),
    ...(name === 'apps/api' ? apiBorders() : []),
    ...(name.startsWith('libs/') ? [NEST_BORDER] : []),
    ...(name === 'libs/db' ? [] : [DATABASE_BORDER]),
    ...(name === 'libs/platform' || name === 'libs/domain' || name === 'libs/workflows'
      ? []
      : [ENV_MODULE_BORDER]),
  ];
}

/** Workflows take values from rules modules, so what those import is in the workflow bundle too. */
const RULES_BORDER = {
  regex: '^\\.(?!.*\\.rules\\.js$)',
  allowTypeImports: true,
  message:
    'A rules module imports values from other rules modules only: workflows bundle it. Use import type, or move what is needed to a *.rules.ts module.',
};

const RULES_PACKAGE_BORDER = {
  regex: `^(?!\\.|@docket/|@nestjs/|(typeorm|pg)(/|$)|${NODE}$)`,
  message:
    'A rules module imports no npm package: workflows bundle it. Keep what needs one in another domain module.',
};

const NEST_BORDER = {
  regex: '^@nestjs/',
  message:
    'Nest stops at apps/: libraries are plain functions and classes. Let the app provide this as a token.',
};

const DATABASE_BORDER = {
  regex: '^(typeorm|pg)(/|$)',
  message: 'TypeORM and pg stay in libs/db. Import a repository or TenantDatabase from @docket/db.',
};

/** The API opens the pool and hands it to Nest: the one place outside libs/db that names the class. */
const DATABASE_BORDER_OF_INFRASTRUCTURE = { ...DATABASE_BORDER, allowImportNames: ['DataSource'] };

const ENV_MODULE_BORDER = {
  regex: '^(node:)?process$',
  message: `Use the global process, where this is noticed: ${ENVIRONMENT.message}`,
};

function graphBorder(name: Package): ImportBorder {
  const allowed: readonly string[] = MAY_IMPORT[name];
  const list = allowed.map((other) => `@docket/${other}`).join(', ') || 'no other package';
  const own = name.split('/')[1] ?? '';
  return {
    regex: `^@docket/(?!(${[...allowed, own].join('|')})(/|$))`,
    message: `${name} may import ${list} (docs/architecture.md). Pass what is needed as a parameter, or move it down to where both may reach it.`,
  };
}

function pureBorders(): ImportBorder[] {
  return [
    {
      regex: `^${NODE}$`,
      message:
        'No Node built-in here: domain and workflows run in the workflow sandbox, which has none. Do it in an activity, or pass the result in.',
    },
  ];
}

function workflowBorders(): ImportBorder[] {
  return [
    {
      regex: '^@docket/activities(/|$)',
      allowTypeImports: true,
      message:
        'A value of activities pulls database and adapters into the workflow bundle. Use import type, and proxyActivities or proxyLocalActivities.',
    },
    {
      regex: '^@docket/domain/(?!(.*[/-])?rules$)',
      allowTypeImports: true,
      message:
        "Workflows import values only from domain's rules subpaths, which import nothing: the bundle stays small. Use import type, or move the rule to a *.rules.ts module.",
    },
    {
      regex: `^(?!\\.|@docket/|@nestjs/|(typeorm|pg)(/|$)|@temporalio/(workflow|common)$|${NODE}$)`,
      message:
        'Workflows import @temporalio/workflow, @temporalio/common and domain rules, nothing else. Do it in an activity.',
    },
  ];
}

function apiBorders(): ImportBorder[] {
  return [
    {
      regex: '^@temporalio/worker(/|$)',
      message:
        'The API starts workflows and runs none: the worker package loads a native core. Use @temporalio/client.',
    },
    {
      regex: '^@docket/workflows/(?!([^/]+/contract|search-attributes)$)',
      message:
        'The API knows workflows by contract only. Import @docket/workflows/<name>/contract or /search-attributes, or move what is needed there.',
    },
  ];
}

function syntaxBorders(name: Package): { selector: string; message: string }[] {
  return [
    ...RESTRICTED_SYNTAX.filter(({ selector }) => !(isPure(name) && selector.startsWith('ImportExpression'))),
    ...(name === 'libs/db' ? [] : SQL_STAYS_IN_DB),
    ...(isPure(name) ? [NO_IMPORT_CALLS] : []),
    ...(name === 'libs/domain' ? [NO_CLOCK] : []),
  ];
}

function isPure(name: Package): boolean {
  return name === 'libs/domain' || name === 'libs/workflows';
}

/** Every border of every package, with a message that says why and what to do instead. */
export function packageBorders() {
  return defineConfig(
    PACKAGES.map((name) => ({
      files: [`${name}/src/**/*.ts`],
      rules: {
        'no-console': 'error' as const,
        'no-restricted-properties': [
          'error' as const,
          ENVIRONMENT,
          ...(name === 'libs/domain' ? DOMAIN_PROPERTIES : []),
        ],
        'no-restricted-syntax': ['error' as const, ...syntaxBorders(name)],
        '@typescript-eslint/no-restricted-imports': ['error' as const, { patterns: importBorders(name) }],
      },
    })),
    {
      files: ['libs/domain/src/**/*.rules.ts'],
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          { patterns: [...importBorders('libs/domain'), RULES_BORDER, RULES_PACKAGE_BORDER] },
        ],
      },
    },
    { files: ['libs/platform/src/config/**/*.ts'], rules: { 'no-restricted-properties': 'off' } },
    {
      files: ['apps/api/src/infrastructure/**/*.ts'],
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          {
            patterns: importBorders('apps/api').map((border) =>
              border === DATABASE_BORDER ? DATABASE_BORDER_OF_INFRASTRUCTURE : border,
            ),
          },
        ],
      },
    },
    // A command talks to a person; main has no logger yet when the configuration is what failed.
    { files: ['apps/*/src/main.ts', '{apps,libs}/*/src/commands/**/*.ts'], rules: { 'no-console': 'off' } },
  );
}

/** Undeclared is not importable, though npm's flat node_modules would let it. */
export function allImportsAreDeclared(root: string, tests: string[]) {
  const rule = 'import-x/no-extraneous-dependencies';
  const everyPackage = PACKAGES.filter((name) => readdirSync(join(root, name)).includes('package.json')).map(
    (name) => join(root, name),
  );
  return defineConfig(
    {
      files: ['{libs,apps}/*/src/**/*.ts'],
      rules: { [rule]: ['error', { devDependencies: false, includeInternal: true, includeTypes: true }] },
    },
    {
      // Activities are a devDependency of workflows: their types are needed to compile, their code never.
      files: ['libs/workflows/src/**/*.ts'],
      rules: { [rule]: ['error', { devDependencies: true, includeInternal: true, includeTypes: true }] },
    },
    {
      // Tests and tools stand beside the packages: what the root or any package declares.
      files: [...tests, 'tools/**/*.ts', '*.ts'],
      rules: {
        [rule]: ['error', { packageDir: [root, ...everyPackage], includeInternal: true, includeTypes: true }],
      },
    },
  );
}
