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
  /** Under what it was found; alone unless told. */
  company?: Company;
}

/** Whether the machines do other work beside this that somebody waits for. */
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
 */
export function nextLimit(before: ConcurrencyLimit, tookMs: number | null, most: number): ConcurrencyLimit {
  const { limit, isProbing, company = 'alone' } = before;
  if (tookMs === null) return { ...before, limit: Math.min(limit, most) };
  // Never nothing, so that a quotient of it is finite.
  const took = Math.max(1, tookMs);
  const floorMs = floorOf(before, took);
  const borne = (floorMs * TOLERANCE[company]) / took;
  if (borne >= 1) return { ...before, limit: Math.min(most, isProbing ? limit * 2 : limit + 1), floorMs };
  const kept = Math.floor(limit * Math.max(KEPT_LEAST, borne));
  return { ...before, limit: Math.max(1, Math.min(kept, most)), floorMs, isProbing: false };
}

/**
 * The limit in that company. For work that somebody waits for there is room at once, and what is found to be free beside it is
 * taken one by one; once it is gone, so is that care.
 */
export function inCompany(before: ConcurrencyLimit, company: Company): ConcurrencyLimit {
  if (company === (before.company ?? 'alone')) return before;
  return company === 'alone'
    ? { ...before, company, isProbing: true }
    : { ...before, company, isProbing: false, limit: Math.min(before.limit, FEW) };
}

/**
 * With few under way a piece takes what it takes, give or take, and that may change with the machine and with what is
 * searched. With more it takes at least as long: work that piles up must not pass for the work itself.
 */
function floorOf({ limit, floorMs }: ConcurrencyLimit, took: number): number {
  if (floorMs === null) return took;
  return limit <= FEW ? floorMs + FLOOR_WEIGHT * (took - floorMs) : Math.min(floorMs, took);
}
