export interface Score {
  /** Mistakes that turned a test red, or hung. */
  killed: number;
  /** Those that compiled, and were not told apart beforehand. */
  total: number;
  percent: number;
}

interface MutationReport {
  files: Record<string, { mutants: { status: string }[] }>;
}

/** What of a report of the mutation-testing schema counts: killed and timed out, of those and what survived or was not covered. */
export function readScore(report: string): Score {
  const { files } = JSON.parse(report) as MutationReport;
  const statuses = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const killed = statuses.filter((status) => status === 'Killed' || status === 'Timeout').length;
  const alive = statuses.filter((status) => status === 'Survived' || status === 'NoCoverage').length;
  return scoreOf(killed, killed + alive);
}

/** The score of several reports together. */
export function sumOf(scores: readonly Score[]): Score {
  const sum = (of: (score: Score) => number): number => scores.reduce((total, score) => total + of(score), 0);
  return scoreOf(
    sum(({ killed }) => killed),
    sum(({ total }) => total),
  );
}

function scoreOf(killed: number, total: number): Score {
  return { killed, total, percent: (100 * killed) / Math.max(1, total) };
}
