import type { Rule } from 'eslint';
import { dirname, relative, resolve, sep } from 'node:path';

/**
 * No relative path leads from one package into another: it would pass by the exports map, and the bundler and Node would
 * load the same file twice under two names. What lies outside libs and apps counts as one package; a package's own tests
 * may use test/support.
 */
export const packagePaths: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      other:
        "'{{path}}' leads out of {{from}} into {{to}} past its exports map. Import {{name}} by a subpath it exports, or export one.",
      root: "'{{path}}' leads out of {{from}} into the repository's root. A package stands on packages it declares; move what is needed into one.",
    },
  },
  create(context) {
    const from = packageOf(relative(context.cwd, context.filename));
    function check(node: Rule.Node & { source?: unknown }): void {
      const path = (node.source as { value?: unknown } | null | undefined)?.value;
      if (typeof path !== 'string' || !path.startsWith('.')) return;
      const target = relative(context.cwd, resolve(dirname(context.filename), path));
      const to = packageOf(target);
      if (to === from || mayUseTestSupport(relative(context.cwd, context.filename), target)) return;
      context.report({
        node,
        messageId: to === undefined ? 'root' : 'other',
        data: {
          path,
          from: from ?? 'the root',
          to: to ?? 'the root',
          name: `@docket/${to?.split('/')[1] ?? ''}`,
        },
      });
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      TSImportType: check,
    };
  },
};

function packageOf(path: string): string | undefined {
  const [folder, name] = path.split(sep);
  return folder === 'libs' || folder === 'apps' ? `${folder}/${name ?? ''}` : undefined;
}

function mayUseTestSupport(file: string, target: string): boolean {
  return file.split(sep)[2] === 'test' && target.startsWith(['test', 'support', ''].join(sep));
}
