import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackHome } from '../stack/home.ts';
import { goEnvironment } from './go.ts';

/** The OpenTelemetry collector of the tests: released components, pinned by its go.mod and go.sum. */
const SOURCES = ['go.mod', 'go.sum', 'main.go'];

/** The collector to test with, or null when there is none yet. */
export function findCollector(home: StackHome, environment: NodeJS.ProcessEnv = process.env): string | null {
  const program = environment['DOCKET_COLLECTOR'] || join(collectorFolder(home), 'otel-collector');
  return existsSync(program) ? program : null;
}

/** Builds it once, with Go's own cache; says why it cannot when it cannot. */
export function provideCollector(home: StackHome): string | null {
  if (findCollector(home)) return null;
  const version = collectorVersion(home);
  const environment = goEnvironment();
  if (environment === null) {
    return `it needs an OpenTelemetry collector ${version}, which is built with Go. Install Go, or name the program in DOCKET_COLLECTOR.`;
  }
  console.log(`test-full: building an OpenTelemetry collector ${version}, once; it takes minutes`);
  const go = (args: readonly string[], out: 'inherit' | 'ignore' = 'inherit'): boolean =>
    spawnSync('go', args, {
      cwd: sourceFolder(home),
      env: { ...environment, CGO_ENABLED: '0' },
      stdio: ['ignore', out, 'inherit'],
    }).status === 0;
  // Fetches what it is built from: more than a hundred modules, which not every machine can have.
  if (!go(['list', '-deps', '.'], 'ignore')) {
    return 'the modules of the collector could not be had, see above. Name a collector in DOCKET_COLLECTOR.';
  }
  const folder = collectorFolder(home);
  mkdirSync(folder, { recursive: true });
  const output = join(folder, 'otel-collector');
  const flags = [
    '-trimpath',
    '-buildvcs=false',
    '-ldflags',
    `-s -w -X main.version=${version}`,
    '-o',
    output,
  ];
  if (go(['build', ...flags, '.'])) return null;
  // Go is there, so this machine is meant to run everything: not a matter to pass over.
  throw new Error(`the OpenTelemetry collector ${version} could not be built, see above`);
}

function sourceFolder(home: StackHome): string {
  return join(home.repo, 'tools/otel-collector');
}

function collectorVersion(home: StackHome): string {
  const pins = readFileSync(join(sourceFolder(home), 'go.mod'), 'utf8');
  return /collector\/otelcol v(\S+)/.exec(pins)?.[1] ?? 'unknown';
}

/** What it is built from in its name makes a moved pin another folder. */
function collectorFolder(home: StackHome): string {
  const hash = createHash('sha256');
  for (const name of SOURCES) hash.update(readFileSync(join(sourceFolder(home), name)));
  return join(home.toolsDir, `otel-collector-${hash.digest('hex').slice(0, 12)}`);
}
