import type { LanguageModel } from '@docket/adapters/language-model';
import { ModelUnavailable, type WaitCode } from '@docket/adapters/language-model/unavailable';
import { PERMIT_SECONDS } from '@docket/db/provider-limits';
import { DocketError } from '@docket/domain/errors';
import type { CallEnd, GateLimits } from '@docket/domain/model/provider-gate';
import type { TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';

/** Over how long calls that were not made are spread, once the provider may be asked again. */
const REOPENED_WITHIN_MS = 2_000;
/** So that three renewals in a row may fail. */
const RENEWALS_PER_PERMIT = 4;

/**
 * No permit now: the provider is away, limits, or has enough to do. `waitSeconds` is the caller's own time to come back,
 * which nobody else was given.
 */
export class ProviderBusy extends ModelUnavailable {
  constructor(
    code: WaitCode,
    message: string,
    readonly waitSeconds: number,
  ) {
    super(code, message, waitSeconds);
  }
}

/** The question that a permit is for. */
interface Asked {
  /** A repeat after a crash takes over the permit of its first try. */
  callId: string;
  /** Nobody waits for it. */
  isBulk: boolean;
}

/** The right to one call. */
export interface Permit {
  /** Keeps the permit for as long as the work takes. */
  whileHeld<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The last look before the call: what was learned since the permit was given counts, too.
   *
   * @throws ProviderBusy where the call is not to be made
   */
  confirm(): Promise<void>;
  /** Gives it back, once: the first word counts. Where that fails it runs out by itself, seconds later. */
  leave(end: CallEnd): Promise<void>;
  /** When it was given, by the database's clock. */
  startedAt: number;
}

/** Permits to call providers, given by what all workers know of them together. */
export class ProviderPermits {
  private readonly limits: GateLimits;

  constructor(private readonly on: Pick<TicketEnrichmentDependencies, 'tenants' | 'limits' | 'random'>) {
    this.limits = { ceiling: on.limits.providerCalls, callMs: on.limits.callMs };
  }

  /**
   * @throws ProviderBusy
   */
  async enter(orgId: string, asked: Asked, model: LanguageModel, signal: AbortSignal): Promise<Permit> {
    if (!model.isRemote) return UNLIMITED;
    const call = { provider: model.provider, ...asked };
    const permission = await this.on.tenants.withTenant(orgId, (tx) =>
      tx.providerLimits.enter(call, this.limits, this.on.random()),
    );
    if (!permission.admitted) throw busy(model.provider, permission.waitMs, permission.reason);
    let isLeft = false;
    const permit: Permit = {
      startedAt: permission.startedAt,
      whileHeld: (work) => this.renewing(orgId, call, work),
      confirm: () => this.confirm(orgId, call.provider),
      leave: async (end) => {
        if (isLeft) return;
        isLeft = true;
        await this.leave(orgId, call, end);
      },
    };
    if (permission.isProbe) await this.look(model, permit, signal);
    return permit;
  }

  /** Before a call to a provider that failed, or that nobody has heard of lately: where nobody is there at all, it is not made. */
  private async look(model: LanguageModel, permit: Permit, signal: AbortSignal): Promise<void> {
    try {
      await permit.whileHeld(() => model.ping(signal));
    } catch (error) {
      if (!(error instanceof ModelUnavailable)) {
        await permit.leave({ kind: 'unknown' });
        throw error;
      }
      await permit.leave({ kind: 'still_away', code: error.code });
      throw error;
    }
  }

  private async renewing<T>(
    orgId: string,
    call: Asked & { provider: string },
    work: () => Promise<T>,
  ): Promise<T> {
    const timer = setInterval(
      () => {
        this.on.tenants
          .withTenant(orgId, (tx) => tx.providerLimits.renew(call))
          // The next one may come through; if none does, another call is made beside this one, and no harm done.
          .catch(() => undefined);
      },
      (PERMIT_SECONDS / RENEWALS_PER_PERMIT) * 1_000,
    );
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  private async confirm(orgId: string, provider: string): Promise<void> {
    const { ms, reason } = await this.on.tenants.withTenant(orgId, (tx) =>
      tx.providerLimits.closedForMs(provider),
    );
    // Those that were on their way together do not come back together.
    if (ms > 0) throw busy(provider, ms + REOPENED_WITHIN_MS * this.on.random(), reason);
  }

  private async leave(orgId: string, call: Asked & { provider: string }, end: CallEnd): Promise<void> {
    try {
      await this.on.tenants.withTenant(orgId, (tx) => tx.providerLimits.leave(call, end, this.limits));
    } catch {
      // The answer is stored, or will be asked for again: what the provider is like is learned from the next call.
    }
  }
}

/** What an error of a call says of the provider. */
export function endOfCall(error: unknown, startedAt: number): CallEnd {
  if (error instanceof ProviderBusy) return { kind: 'not_made' };
  // It refused this request, or this key: it is there. What had no budget was never asked.
  if (error instanceof DocketError)
    return error.code === 'budget.exceeded' ? { kind: 'unknown' } : { kind: 'answered', startedAt };
  if (!(error instanceof ModelUnavailable)) return { kind: 'unknown' };
  const { code, isProvidersWord, retryAfterSeconds } = error;
  // A time that the provider named binds everybody; a failure without one counts towards leaving it alone.
  return isProvidersWord || code === 'model.rate_limited'
    ? { kind: 'limited', startedAt, retryAfterMs: retryAfterSeconds * 1_000, code }
    : { kind: 'failed', code };
}

const UNLIMITED: Permit = {
  startedAt: 0,
  whileHeld: (work) => work(),
  confirm: () => Promise.resolve(),
  leave: () => Promise.resolve(),
};

function busy(provider: string, waitMs: number, reason: string | null): ProviderBusy {
  const message =
    reason === null
      ? `${provider} has as many calls under way as it can take.`
      : `${provider} is left alone until it is well again.`;
  return new ProviderBusy(toWaitCode(reason), message, waitMs / 1_000);
}

const WAIT_CODES: readonly WaitCode[] = ['model.overloaded', 'model.timeout', 'model.unavailable'];

/** Work that only waits for its turn waits for the rate. */
function toWaitCode(reason: string | null): WaitCode {
  return WAIT_CODES.find((code) => code === reason) ?? 'model.rate_limited';
}
