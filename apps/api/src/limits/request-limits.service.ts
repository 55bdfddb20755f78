import { DocketError } from '@docket/domain/errors';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { principalIdOf, type Principal } from '../access/principal.js';
import { ApiSettings } from '../api-settings.js';
import { countedAddress } from './client-address.js';
import { RateLimiter, type Verdict } from './rate-limiter.js';
import { WINDOW_SECONDS } from './rate-store.js';
import { RememberedPlans } from './remembered-plans.js';

/** What a request is counted under, and how many are allowed in a minute. */
interface Policy {
  /** As clients see it. */
  name: string;
  bucket: string;
  limit: number;
}

/**
 * How often somebody may ask: a key or person and their organisation by its plan, and, before anybody is known, an
 * address. Whoever shows a credential that counts is not counted by address, so that many may share one.
 */
@Injectable()
export class RequestLimits {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly plans: RememberedPlans,
    private readonly settings: ApiSettings,
  ) {}

  /**
   * Turns away an address that has used up what it may ask without a credential that counts, before its next one is
   * looked at. Costs nothing: only what this replica knows is asked.
   */
  checkAddress(request: FastifyRequest, reply: FastifyReply): void {
    const policy = this.anonymous(request);
    const verdict = this.limiter.peek(policy.bucket, policy.limit);
    if (!verdict.admitted) refuse(reply, [{ policy, verdict }]);
  }

  /** Counts a request that came without a credential, or with one that does not count. */
  async countAnonymous(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.count(reply, [this.anonymous(request)]);
  }

  /** Counts a try of a password or an invitation by its address. */
  async countSignIn(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const limit = this.settings.values.RATE_LIMIT_SIGN_IN_PER_MINUTE;
    const bucket = `sign-in:${countedAddress(request.ip)}`;
    await this.count(reply, [this.anonymous(request), { name: 'sign-in', bucket, limit }]);
  }

  /** Counts a try of somebody's password, wherever it comes from; of the address nothing is kept but its hash. */
  async countAccount(email: string): Promise<void> {
    const limit = this.settings.values.RATE_LIMIT_ACCOUNT_PER_MINUTE;
    const digest = createHash('sha256').update(email).digest('base64url');
    const verdict = await this.limiter.take(`account:${digest}`, limit);
    if (!verdict.admitted) throw exceeded('account', limit, verdict);
  }

  /** Counts a request of somebody known, by its caller and by its organisation. */
  async countCaller(reply: FastifyReply, principal: Principal): Promise<void> {
    const { orgId } = principal;
    const plan = await this.plans.of(orgId);
    const caller = plan.requestsPerMinutePerCaller;
    const org = plan.requestsPerMinute;
    await this.count(reply, [
      // Of a person in each organisation apart: each has a plan of its own.
      ...(caller === null
        ? []
        : [{ name: 'caller', bucket: `caller:${orgId}:${principalIdOf(principal)}`, limit: caller }]),
      ...(org === null ? [] : [{ name: 'org', bucket: `org:${orgId}`, limit: org }]),
    ]);
  }

  private anonymous(request: FastifyRequest): Policy {
    const limit = this.settings.values.RATE_LIMIT_ANONYMOUS_PER_MINUTE;
    return { name: 'anonymous', bucket: `address:${countedAddress(request.ip)}`, limit };
  }

  private async count(reply: FastifyReply, policies: readonly Policy[]): Promise<void> {
    const counted: Counted[] = [];
    for (const policy of policies) {
      const verdict = await this.limiter.take(policy.bucket, policy.limit);
      counted.push({ policy, verdict });
      if (!verdict.admitted) refuse(reply, counted);
    }
    showLimits(reply, counted);
  }
}

interface Counted {
  policy: Policy;
  verdict: Verdict;
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-10: structured fields, one item for each policy. */
function showLimits(reply: FastifyReply, counted: readonly Counted[]): void {
  if (counted.length === 0) return;
  void reply
    .header(
      'ratelimit-policy',
      counted.map(({ policy }) => `"${policy.name}";q=${policy.limit};w=${WINDOW_SECONDS}`).join(', '),
    )
    .header(
      'ratelimit',
      counted
        .map(({ policy, verdict }) => `"${policy.name}";r=${verdict.remaining};t=${verdict.resetSeconds}`)
        .join(', '),
    );
}

/** The one that is used up is the last of those that were counted. */
function refuse(reply: FastifyReply, counted: readonly Counted[]): never {
  showLimits(reply, counted);
  const last = counted.at(-1);
  if (!last) throw new RangeError('nothing was counted');
  throw exceeded(last.policy.name, last.policy.limit, last.verdict);
}

function exceeded(name: string, limit: number, { resetSeconds }: Verdict): DocketError {
  return new DocketError(
    'rate_limit.exceeded',
    `The limit "${name}" allows ${limit} requests a minute. Try again in ${resetSeconds} s.`,
    { retryAfterSeconds: resetSeconds },
  );
}
