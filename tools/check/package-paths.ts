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
        "'{{path}}' leads out of {{from}} into {{to}} past its exports map. Import @docket/... by a subpath that package exports, or export one.",
      root: "'{{path}}' leads out of {{from}} into the repository's root. A package stands on packages it declares; move what is needed into one.",
    },
  },
  create(context) {
    const file = relative(context.cwd, context.filename);
    const from = packageOf(file);
    function check(node: Rule.Node): void {
      const path = pathIn(node);
      if (path === undefined) return;
      const target = relative(context.cwd, resolve(dirname(context.filename), path));
      const to = packageOf(target);
      if (to === from || mayUseTestSupport(file, target)) return;
      if (to === undefined) context.report({ node, messageId: 'root', data: { path, from } });
      else context.report({ node, messageId: 'other', data: { path, from: from ?? 'the root', to } });
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

/** The relative path that a node imports or exports from, if it does. */
function pathIn(node: Rule.Node): string | undefined {
  const path = 'source' in node && node.source && 'value' in node.source ? node.source.value : undefined;
  return typeof path === 'string' && path.startsWith('.') ? path : undefined;
}

function packageOf(path: string): string | undefined {
  const [folder, name] = path.split(sep);
  return folder === 'libs' || folder === 'apps' ? `${folder}/${name ?? ''}` : undefined;
}

function mayUseTestSupport(file: string, target: string): boolean {
  return file.split(sep)[2] === 'test' && target.startsWith(['test', 'support', ''].join(sep));
}
