import { spawnSync } from 'node:child_process';

/** What tests the alert rules: Prometheus's own evaluation of them over made-up series. */
export function promtoolProgram(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['DOCKET_PROMTOOL'] || 'promtool';
}

/** Says why the alert rules cannot be tested when they cannot. */
export function providePromtool(): string | null {
  if (spawnSync(promtoolProgram(), ['--version']).status === 0) return null;
  return "it needs promtool. Install Debian's package prometheus, or name the program in DOCKET_PROMTOOL.";
}
