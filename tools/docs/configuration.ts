import { markdownTable, runGenerator, type GeneratedFiles } from './generated-files.ts';
import { variableGroups, type Variable, type VariableGroup } from './config-variables.ts';

const COMMAND = 'node tools/docs/configuration.ts';
const LINE_WIDTH = 110;

/** The files that are written from the schemas, by their path in the repository. */
function configurationFiles(groups: VariableGroup[] = variableGroups()): GeneratedFiles {
  return { 'docs/configuration.md': referencePage(groups), '.env.example': envExample(groups) };
}

const COLUMNS = ['variable', 'what it is', 'default', 'takes', 'read by'];

function referencePage(groups: readonly VariableGroup[]): string {
  const sections = groups.map(
    ({ title, variables }) => `## ${title}\n\n${markdownTable([COLUMNS, ...variables.map(cellsOf)])}`,
  );
  return `${[
    `# Configuration

Every process reads its environment once, at start, and prints all that is wrong with it together. An empty value counts
as not set. Each variable may instead be given as \`NAME_FILE\`, the path of a file that holds the value, which is how
container platforms hand over secrets. API and worker also read \`.env\` in their working folder; what the environment
says already wins.

This page is made from the schemas in \`libs/platform/src/config\` by \`${COMMAND}\`.`,
    ...sections,
  ].join('\n\n')}\n`;
}

function cellsOf({ name, purpose, fallback, required, secret, takes, readBy }: Variable): string[] {
  const byDefault = required ? '**required**' : fallback === null ? 'not set' : `\`${fallback}\``;
  return [`\`${name}\``, `${purpose}${secret ? ' Secret.' : ''}`, byDefault, takes, readBy.join(', ')];
}

function envExample(groups: readonly VariableGroup[]): string {
  const sections = groups.map(({ title, variables }) =>
    [`# --- ${title}`, ...variables.map(entry)].join('\n\n'),
  );
  return `${[
    `# Copy to .env and fill in what is empty. What is commented out shows its default. docs/configuration.md says more;
# both files are made from the schemas in libs/platform/src/config by \`${COMMAND}\`.`,
    ...sections,
  ].join('\n\n')}\n`;
}

/** What must be set stands there empty; what has a default stands there as a comment, so that a copy pins nothing. */
function entry({ name, purpose, fallback, required, secret, takes }: Variable): string {
  const facts = [required ? 'Required.' : '', secret ? 'Secret.' : '', takes ? `Takes ${takes}.` : ''].filter(
    Boolean,
  );
  const comment = wrap([purpose, ...facts].join(' ')).map((line) => `# ${line}`);
  return [...comment, required ? `${name}=` : `# ${name}=${fallback ?? ''}`].join('\n');
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < LINE_WIDTH)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

if (import.meta.main) runGenerator(COMMAND, configurationFiles);
