import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { inCompany, nextLimit, type ConcurrencyLimit } from '@docket/domain/limits/concurrency-limit';

/** Between two looks: some enrichments have got as far as their question by then. */
const LOOK_MS = 1_000;
/** After the last ticket that came by itself, before a batch takes everything again: help desks have one every few seconds. */
const COMPANY_SECONDS = 10;

/**
 * How many enrichments of a batch may be under way, found by how long those it began take to get as far as their question.
 * That is the work of this installation: neither a model that thinks for long nor a provider that limits is mistaken for a
 * machine that is busy. Beside tickets that come one by one, of whatever organisation, it is content with fewer.
 */
export class Pace {
  #begun: string[] = [];
  #nextLookAt = performance.now() + LOOK_MS;
  #found: ConcurrencyLimit;

  constructor(
    found: ConcurrencyLimit,
    private readonly most: number,
  ) {
    this.#found = found;
  }

  /** As the next round is to go on with it. */
  get found(): ConcurrencyLimit {
    return this.#found;
  }

  /** Another one is under way. */
  began(runId: string): void {
    this.#begun.push(runId);
  }

  /** How many may be under way now. */
  async limit(tx: TenantTransaction): Promise<number> {
    const hasCompany = await tx.enrichmentBatches.hasCompany(COMPANY_SECONDS);
    this.#found = inCompany(this.#found, hasCompany ? 'beside' : 'alone');
    if (performance.now() >= this.#nextLookAt) {
      const tookMs = await this.look(tx);
      this.#found = nextLimit(this.#found, tookMs, this.most);
      if (tookMs !== null) this.#begun = [];
      this.#nextLookAt = performance.now() + LOOK_MS;
    }
    return Math.min(this.#found.limit, this.most);
  }

  /** None begun since the last look means that all under way are with the model: they hinder nobody, and must not stop the rest. */
  private async look(tx: TenantTransaction): Promise<number | null> {
    if (this.#begun.length === 0) return this.#found.floorMs;
    return tx.enrichmentBatches.medianMsToQuestion(this.#begun, LOOK_MS);
  }
}
