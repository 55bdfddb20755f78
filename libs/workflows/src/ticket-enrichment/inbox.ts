import type { TicketChange } from './ticket-enrichment.contract.js';

/** The enrichments of a ticket that wait, oldest first, and the one that is worked on. What is said twice counts once. */
export class Inbox {
  private readonly waiting: TicketChange[] = [];
  private inHand: TicketChange | null = null;

  constructor(first: readonly TicketChange[]) {
    for (const change of first) this.add(change);
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Whether this says again what is worked on already. A retry of it is another attempt, and is news. */
  isInHand({ enrichmentId, attempt }: TicketChange): boolean {
    return this.inHand?.enrichmentId === enrichmentId && (attempt ?? 0) <= (this.inHand.attempt ?? 0);
  }

  add({ enrichmentId, runId, immediate, attempt }: TicketChange): void {
    const change: TicketChange = {
      enrichmentId,
      runId,
      immediate,
      ...(attempt !== undefined && { attempt }),
    };
    const known = this.waiting.findIndex((waiting) => waiting.enrichmentId === enrichmentId);
    if (known < 0) this.waiting.push(change);
    else if ((attempt ?? 0) > (this.waiting[known]?.attempt ?? 0)) this.waiting[known] = change;
  }

  /** The oldest, which is worked on from now on. Whoever asks has looked whether there is one. */
  next(): TicketChange {
    const change = this.waiting.shift();
    if (!change) throw new RangeError('nothing waits');
    this.inHand = change;
    return change;
  }

  takeAll(): TicketChange[] {
    return this.waiting.splice(0);
  }
}
