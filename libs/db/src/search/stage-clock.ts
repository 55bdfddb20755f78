/** What a search spends its time on, in the order in which it comes. */
export type SearchStage =
  | 'profile'
  | 'query_vector'
  | 'begin'
  | 'frequencies'
  | 'analysis'
  | 'first_look'
  | 'second_look'
  | 'vectors'
  | 'passages'
  | 'characters'
  | 'fusion'
  | 'commit'
  | 'reranker'
  | 'answer';

/** Tells how long each stage of one search took: the time since the end of the stage before it. */
export class StageClock {
  private lastMs = performance.now();

  constructor(private readonly observe: (stage: SearchStage, tookMs: number) => void) {}

  end(stage: SearchStage): void {
    const nowMs = performance.now();
    this.observe(stage, nowMs - this.lastMs);
    this.lastMs = nowMs;
  }
}
