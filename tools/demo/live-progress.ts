/** How many documents are in which state, on one line that rewrites itself on a terminal. */
export class LiveProgress {
  readonly #total: number;
  readonly #states = new Map<string, string>();
  #lastMilestone = 0;

  constructor(total: number) {
    this.#total = total;
  }

  moved(id: string, state: string): void {
    this.#states.set(id, state);
    const counts = new Map<string, number>();
    for (const known of this.#states.values()) counts.set(known, (counts.get(known) ?? 0) + 1);
    const parts = [...counts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, count]) => `${name} ${count}`);
    const line = `${this.#states.size}/${this.#total} announced: ${parts.join(', ')}`;
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${line}`);
    else if (this.#isMilestone(counts.get('indexed') ?? 0)) console.log(line);
  }

  end(): void {
    if (process.stdout.isTTY) process.stdout.write('\n');
  }

  /** In a log, a line for every ten that are done. */
  #isMilestone(indexed: number): boolean {
    if (indexed === this.#lastMilestone || indexed % 10 !== 0) return false;
    this.#lastMilestone = indexed;
    return true;
  }
}
