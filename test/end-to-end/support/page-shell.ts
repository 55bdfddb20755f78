import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A command of a page and the answer that the page shows. */
export interface PageBlock {
  command: string;
  shown: string;
}

const BLOCK = /```sh\n(.*?)```\n\n```text\n(.*?)```/gs;

export function blocksOf(page: string): PageBlock[] {
  return [...page.matchAll(BLOCK)].map(([, command = '', shown = '']) => ({ command, shown }));
}

/** The page with other answers. */
export function withAnswers(page: string, answers: readonly string[]): string {
  const left = [...answers];
  return page.replaceAll(BLOCK, (_, command: string) => {
    const answer = left.shift() ?? '';
    return `\`\`\`sh\n${command}\`\`\`\n\n\`\`\`text\n${answer}\`\`\``;
  });
}

/** Runs commands one after another as in one shell: what one sets is there for the next. */
export class PageShell {
  readonly folder = mkdtempSync(join(tmpdir(), 'docket-page-'));
  readonly #state = join(this.folder, 'state.sh');

  /** @param functions shell functions that stand for programs which are not wanted here */
  constructor(
    private readonly environment: Record<string, string>,
    private readonly functions: string,
  ) {
    writeFileSync(this.#state, '');
  }

  async run(command: string): Promise<string> {
    const script = `set -a; source "${this.#state}"\n${this.functions}\n${command}\ndeclare -p > "${this.#state}.all"; declare -f >> "${this.#state}.all"`;
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: this.folder,
      // Programs look for their settings there, and are to find none.
      env: { ...this.environment, HOME: this.folder },
      maxBuffer: 16 * 1_048_576,
    });
    this.#keep();
    return stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Of what the shell has, what the page set: bash has variables of its own that cannot be set. */
  #keep(): void {
    const lines = readFileSync(`${this.#state}.all`, 'utf8').split('\n');
    const kept = lines.filter(
      (line) => !/^declare -\S*[rAaI]|^declare -\S+ (BASH|_|SHELLOPTS|FUNCNAME|PWD|OLDPWD)/.test(line),
    );
    writeFileSync(this.#state, `${kept.join('\n')}\n`);
  }
}

/** What may differ from run to run, each by a word for what it is. */
const VARYING: readonly [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
  [/"(tookMs)":[\d.]+/g, '"$1":<ms>'],
  [/\d+(\.\d+)? (ms|s)\b/g, '<time>'],
  [/\b(org|doc|ver|run|tkt|enr|upl|key|cnt)_[0-9a-z]{26}/g, '$1_<id>'],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>'],
  [/follow-me-\d+/g, '<request>'],
  [/\b[0-9a-f]{32}\b/g, '<trace>'],
  [/-[0-9a-f]{16}-01\b/g, '-<span>-01'],
  [/127\.0\.0\.1:\d+/g, '<address>'],
  [/\d+ statements?/g, '<n> statements'],
  // Told where it took long enough to be worth a word.
  [/Waited <time> for the upload\. /g, ''],
  [/, <time>:/g, ':'],
  // The upload may take longer than the two seconds after which it is looked for.
  [
    /^docket-worker +activity findUploadedObject.*\n(docket-worker +(storage head|<n> statements).*\n)*/gm,
    '',
  ],
];

/** An answer without what differs from run to run; log lines of two processes come in either order. */
export function steady(answer: string): string {
  const text = VARYING.reduce((left, [pattern, word]) => left.replaceAll(pattern, word), answer);
  return text.startsWith('api ') || text.startsWith('worker ')
    ? text.split('\n').toSorted().join('\n')
    : text;
}
