import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stackHome } from '../../tools/stack/home.ts';

const TOOLS = join(stackHome().repo, 'tools');
const requirements = readFileSync(join(TOOLS, 'requirements.txt'), 'utf8');

/** Lines as pip reads them: continued ones joined, comments gone. */
const lines = requirements
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
  .filter((line) => line !== '');

/** What the functions of bootstrap.py answer, without running it. */
function bootstrap(expression: string, input = ''): unknown {
  const script = `import json, sys; import bootstrap as b; print(json.dumps(${expression}))`;
  const { stdout, stderr } = spawnSync('python3', ['-B', '-c', script], {
    cwd: TOOLS,
    input,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: TOOLS },
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}

const PINS = '{name: [pin.version, pin.lines] for name, pin in b.read_pins(sys.stdin.read()).items()}';

describe('the required tools', () => {
  it('are pinned to one version each, with the hash of every file that may be installed', () => {
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^[\w-]+==\d[\w.]*(\s+--hash=sha256:[0-9a-f]{64})+$/);
  });

  it('name no host: what is downloaded from where is the index of whoever installs', () => {
    expect(requirements).not.toMatch(
      /:\/\/|--(extra-)?index-url|--find-links|--trusted-host|(^|\s)-[if]\s|\s@\s/m,
    );
  });

  it('are exactly those that bootstrap.py knows, and it finds every hash of each', () => {
    const found = Object.entries(bootstrap(PINS, requirements) as Record<string, [string, string]>);
    const known = bootstrap('[b.NODE, b.TEMPORAL, b.TEST_SERVER, b.POSTGRES]') as string[];
    expect(found.map(([name]) => name).sort()).toEqual(known.sort());
    const joined = found.map(([, [, text]]) => text.replaceAll(/\\\n/g, ' ').replaceAll(/\s+/g, ' ').trim());
    expect(joined).toEqual(lines.map((line) => line.replaceAll(/\s+/g, ' ')));
  });
});

describe('read_pins', () => {
  it('gives each package its own lines and nothing of the next one or of a comment', () => {
    const text =
      '# a==1 in words\na-b==1.2.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n\n# next\nc==4\nd==5\n';
    expect(bootstrap(PINS, text)).toEqual({
      'a-b': ['1.2.3', 'a-b==1.2.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb'],
      c: ['4', 'c==4'],
      d: ['5', 'd==5'],
    });
  });
});
