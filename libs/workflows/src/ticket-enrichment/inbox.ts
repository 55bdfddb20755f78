import type { TicketChange } from './ticket-enrichment.contract.js';

/** The enrichments of a ticket that wait, oldest first. One that was signalled before is not taken again. */
export class Inbox {
  private readonly waiting: TicketChange[] = [];
  private readonly known = new Set<string>();

  constructor(first: readonly TicketChange[]) {
    for (const change of first) this.add(change);
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  add({ enrichmentId, runId, immediate }: TicketChange): void {
    if (this.known.has(enrichmentId)) return;
    this.known.add(enrichmentId);
    this.waiting.push({ enrichmentId, runId, immediate });
  }

  /** The oldest. Whoever asks has looked whether there is one. */
  next(): TicketChange {
    const change = this.waiting.shift();
    if (!change) throw new RangeError('nothing waits');
    // A retry signals the same enrichment again, after its end.
    this.known.delete(change.enrichmentId);
    return change;
  }

  takeAll(): TicketChange[] {
    return this.waiting.splice(0);
  }
}
