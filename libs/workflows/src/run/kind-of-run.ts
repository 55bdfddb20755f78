/** What one kind of run says of itself when it is started. */
export interface KindOfRun<Input> {
  /** One line for the Temporal Web UI: ids, never names or text. */
  summary(input: Input): string;
  /** First value of the search attribute `DocketState`. */
  state(input: Input): string;
  /** The input for this start; by default as it was stored. */
  inputAt?(input: Input, start: StartOfRun): Input;
  /** Priority key for Temporal, 1 the highest; by default its default, 3. */
  priority?(input: Input): number | undefined;
  /**
   * For a kind whose runs share a workflow: what a start tells the one that is open already. Such a run is started by
   * signal-with-start.
   */
  signal?(input: Input, start: StartOfRun): { name: string; args: [object] };
}

/** What tells one start of a run from another. */
export interface StartOfRun {
  /** Milliseconds since the run was queued. */
  queuedForMs: number;
  /** How often the run has been begun, this time included. */
  attempts: number;
}
