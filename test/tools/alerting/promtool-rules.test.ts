import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { stackHome } from '../../../tools/stack/home.ts';
import { findGoProgram } from '../../../tools/test-full/go-program.ts';
import { PROMTOOL } from '../../../tools/test-full/promtool.ts';

const FOLDER = join(import.meta.dirname, '../../../deploy/prometheus');

it.each([
  ['are rules to Prometheus', ['check', 'rules', 'docket.rules.yml']],
  ['are silent where all is well, and fire where it is not', ['test', 'rules', 'docket.rules.test.yml']],
])('the alert rules %s', (_, args) => {
  const program = findGoProgram(PROMTOOL, stackHome());
  if (!program) throw new Error('promtool is not installed: run `make test-full`');
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: FOLDER, encoding: 'utf8' });
  expect(`${stdout}${stderr}`).not.toContain('FAILED');
  expect(status).toBe(0);
});
