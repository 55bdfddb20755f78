/**
 * How many pieces of work may be under way at once, found by what they cost each other: more are allowed until each takes
 * noticeably longer than it does with few. Beyond that more at once finish nothing sooner, and only make everybody wait.
 * Additive growth and multiplicative retreat by the time that work takes, as TCP Vegas has them.
 */
export interface ConcurrencyLimit {
  /** Pieces of work. */
  limit: number;
  /** Milliseconds that a piece takes when few are under way; null before the first look. */
  floorMs: number | null;
  /** It was never too many yet. */
  isProbing: boolean;
}

/** What else the machines have to do. */
export type Company = keyof typeof TOLERANCE;

/** Few enough to see what a piece takes, also where two processors do everything. */
const FEW = 2;
/**
 * How many times as long as it could a piece may take. Alone, the work may press on for as long as more of it gets done; beside
 * somebody who waits for an answer it leaves before that can be felt.
 */
const TOLERANCE = { alone: 1.5, beside: 1.25 };
/** Of the limit, what is kept at least when it was too many: a single slow look proves little. */
const KEPT_LEAST = 0.5;
/** Weight of one look in the floor: a median of a few pieces is off by a third easily. */
const FLOOR_WEIGHT = 0.2;

/** A limit of which nothing is known yet. */
export function coldLimit(most: number): ConcurrencyLimit {
  return { limit: Math.min(FEW, most), floorMs: null, isProbing: true };
}

/**
 * The limit after a look.
 *
 * @param tookMs milliseconds that a piece took lately, the median of several; null when none got so far, which says nothing
 * @param most above which it never goes
 * @param company whether the machines do other work beside this that somebody waits for
 */
export function nextLimit(
  before: ConcurrencyLimit,
  tookMs: number | null,
  most: number,
  company: Company = 'alone',
): ConcurrencyLimit {
  const { limit, isProbing } = before;
  if (tookMs === null) return { ...before, limit: Math.min(limit, most) };
  // Never nothing, so that a quotient of it is finite.
  const took = Math.max(1, tookMs);
  const floorMs = floorOf(before, took);
  const borne = (floorMs * TOLERANCE[company]) / took;
  if (borne >= 1) return { limit: Math.min(most, isProbing ? limit * 2 : limit + 1), floorMs, isProbing };
  const kept = Math.floor(limit * Math.max(KEPT_LEAST, borne));
  return { limit: Math.max(1, Math.min(kept, most)), floorMs, isProbing: false };
}

/**
 * With few under way a piece takes what it takes, give or take, and that may change with the machine and with what is
 * searched. With more it takes at least as long: work that piles up must not pass for the work itself.
 */
function floorOf({ limit, floorMs }: ConcurrencyLimit, took: number): number {
  if (floorMs === null) return took;
  return limit <= FEW ? floorMs + FLOOR_WEIGHT * (took - floorMs) : Math.min(floorMs, took);
}
