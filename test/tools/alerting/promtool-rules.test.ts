import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promtoolProgram } from '../../../tools/test-full/promtool.ts';

const FOLDER = join(import.meta.dirname, '../../../deploy/prometheus');

it.each([
  ['are rules to Prometheus', ['check', 'rules', 'docket.rules.yml']],
  ['are silent where all is well, and fire where it is not', ['test', 'rules', 'docket.rules.test.yml']],
])('the alert rules %s', (_, args) => {
  const { status, stdout, stderr } = spawnSync(promtoolProgram(), args, { cwd: FOLDER, encoding: 'utf8' });
  expect(`${stdout}${stderr}`).not.toContain('FAILED');
  expect(status).toBe(0);
});
