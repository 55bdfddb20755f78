/** One thing a process needs; `check` resolves, with an object of facts worth showing if it has any, or rejects. */
export interface Dependency {
  name: string;
  check(): Promise<unknown>;
}

export interface DependencyReport {
  name: string;
  state: 'ready' | 'unavailable';
  latencyMs: number;
  detail?: object;
}

export interface ReadinessReport {
  status: 'ready' | 'unavailable';
  dependencies: DependencyReport[];
}

/** A probe that hangs is a failed probe: load balancers ask again within seconds. */
const CHECK_TIMEOUT_MS = 2_000;

/** Asks every dependency at once. What exactly went wrong belongs in the log, not in a public answer. */
export async function checkReadiness(dependencies: readonly Dependency[]): Promise<ReadinessReport> {
  const reports = await Promise.all(dependencies.map(checkOne));
  const ready = reports.every((report) => report.state === 'ready');
  return { status: ready ? 'ready' : 'unavailable', dependencies: reports };
}

async function checkOne(dependency: Dependency): Promise<DependencyReport> {
  const startedAt = performance.now();
  const latencyMs = (): number => Math.round(performance.now() - startedAt);
  try {
    const detail = await withTimeout(dependency.check(), CHECK_TIMEOUT_MS);
    return {
      name: dependency.name,
      state: 'ready',
      latencyMs: latencyMs(),
      ...(isFacts(detail) ? { detail } : {}),
    };
  } catch {
    return { name: dependency.name, state: 'unavailable', latencyMs: latencyMs() };
  }
}

function isFacts(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
