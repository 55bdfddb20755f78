import { spawnSync } from 'node:child_process';

/** The Prometheus that dashboards are shown to work on. */
export function prometheusProgram(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['DOCKET_PROMETHEUS'] || 'prometheus';
}

/** Says why the dashboard cannot be tested when it cannot. */
export function providePrometheus(): string | null {
  if (spawnSync(prometheusProgram(), ['--version']).status === 0) return null;
  return "it needs Prometheus. Install Debian's package prometheus, or name the program in DOCKET_PROMETHEUS.";
}
