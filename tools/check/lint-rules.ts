import type { Linter } from 'eslint';

/** Syntax that is out everywhere. Blocks that restrict more must repeat it: in ESLint the last block wins whole. */
export const RESTRICTED_SYNTAX = [
  {
    selector: 'TSEnumDeclaration',
    message: 'An enum is a second way to write a closed set. Write a string union.',
  },
  {
    selector: 'TSInterfaceDeclaration[id.name=/^I[A-Z][a-z]/]',
    message: 'A type is named for what it is: drop the I.',
  },
  {
    selector: 'ClassDeclaration[id.name=/Impl$/]',
    message: 'A class is named for what sets it apart (DiskStorage), not for being an implementation.',
  },
  {
    selector: 'ImportExpression > Literal[value=/^@docket\\u002F/]',
    message: 'An import() is not seen by the border rules. Import the package statically.',
  },
];

/** What holds for every TypeScript file, on top of strictTypeChecked. */
export const codeRules: Linter.RulesRecord = {
  // A function fits on a screen, a file has one subject.
  // A switch counts once, however many cases: an exhaustive one is the clearest form there is.
  complexity: ['error', { max: 10, variant: 'modified' }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],

  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'object-shorthand': 'error',
  'no-restricted-syntax': ['error', ...RESTRICTED_SYNTAX],

  // In a file with decorators the rule keeps still by itself (it reads emitDecoratorMetadata from the tsconfig): there,
  // Nest finds what to inject through the value.
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  // Only the two traps: 0 taken for "not there", and any.
  '@typescript-eslint/strict-boolean-expressions': [
    'error',
    { allowNullableBoolean: true, allowNullableString: true, allowNullableNumber: false, allowNumber: true },
  ],
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    {
      allowNumber: true,
      allowBoolean: true,
      allow: [{ from: 'package', package: 'node', name: ['URL', 'URLSearchParams'] }],
    },
  ],
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  // A Nest module is a class with a decorator and nothing else.
  '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],

  // Text from outside is what this code is about: control characters and combining marks are named on purpose.
  'no-control-regex': 'off',
  'no-misleading-character-class': ['error', { allowEscape: true }],
  // DTO and table classes carry decorators for Nest and TypeORM and are data otherwise: literals fill them, spreads copy.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  '@typescript-eslint/no-misused-spread': 'off',
  // A port's method is async whoever implements it: what it throws must arrive as a rejection.
  '@typescript-eslint/require-await': 'off',
  // tsc reports these with the same options.
  '@typescript-eslint/no-unused-vars': 'off',
  // Needs two seconds of type checks, and there are no enums here.
  '@typescript-eslint/no-unsafe-enum-assignment': 'off',
  '@typescript-eslint/no-unsafe-enum-comparison': 'off',
};

/** Signals change a workflow's state during any await, which the compiler's narrowing cannot know. */
export const workflowRules: Linter.RulesRecord = {
  '@typescript-eslint/no-unnecessary-condition': 'off',
};

export const testRules: Linter.RulesRecord = {
  'no-restricted-syntax': [
    'error',
    ...RESTRICTED_SYNTAX,
    {
      selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name="only"]',
      message: 'This silences every other test of the file. Run one with jest -t.',
    },
  ],
  // A describe block is one function, as long as its subject needs.
  'max-lines-per-function': 'off',
  // Jest types its asymmetric matchers (expect.any and friends) as any.
  '@typescript-eslint/no-unsafe-assignment': 'off',
};
