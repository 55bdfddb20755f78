// Lints texts as if they stood at a path, without touching the tree that others build and test at the same time. A
// process of its own: the linter and the compiler load in Node, not in Jest's module registry.
// In: [{ path, text }] as JSON on stdin. Out: [[{ rule, message }]] in the same order.
import { ESLint } from 'eslint';
import { dirname, join } from 'node:path';
import { text as read } from 'node:stream/consumers';
import ts from 'typescript';

export interface LintText {
  /** Relative to the repository. */
  path: string;
  text: string;
}

export interface Complaint {
  rule: string | null;
  message: string;
}

const ROOT = join(import.meta.dirname, '../..');

/** A program whose files are the texts; what they import is read from disk. */
function programOf(texts: LintText[]): ts.Program {
  const configPath = join(ROOT, 'tools/check/tsconfig.lint.json');
  const { config } = ts.readConfigFile(configPath, (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: [] },
    ts.sys,
    dirname(configPath),
  );
  const files = new Map(texts.map(({ path, text }) => [join(ROOT, path), text]));
  const host = ts.createCompilerHost(options, true);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  return ts.createProgram([...files.keys()], options, host);
}

async function lint(texts: LintText[]): Promise<Complaint[][]> {
  const eslint = new ESLint({
    cwd: ROOT,
    overrideConfig: { languageOptions: { parserOptions: { project: null, programs: [programOf(texts)] } } },
  });
  const complaints: Complaint[][] = [];
  for (const { path, text } of texts) {
    const results = await eslint.lintText(text, { filePath: path });
    complaints.push(
      results.flatMap(({ messages }) => messages).map(({ ruleId, message }) => ({ rule: ruleId, message })),
    );
  }
  return complaints;
}

const texts = JSON.parse(await read(process.stdin)) as LintText[];
process.stdout.write(JSON.stringify(await lint(texts)));
