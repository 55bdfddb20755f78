import { checkReply, type CheckContext, type CheckedReply } from './check-reply.js';
import { leakingFields, withoutFields } from './leaked-instructions.js';
import { readModelReply } from './model-reply.js';

export type Settled =
  | { outcome: 'settled'; result: CheckedReply['result']; problems: string[] }
  /** Asking once more, with these problems named, may help. */
  | { outcome: 'repair'; problems: string[] }
  /** Off the schema or the taxonomy, and there is no repair left. */
  | { outcome: 'invalid'; problems: string[] };

/**
 * What becomes of a raw output. The first time, anything that would cost the customer the answer is worth one repair;
 * the second time, what is off the schema or the taxonomy is invalid, and a reply that does not hold is withheld while
 * the classification is kept. A text that repeats the prompt is emptied.
 */
export function settleOutput(raw: string, context: CheckContext, repairLeft: boolean): Settled {
  const read = readModelReply(raw, context.taxonomy);
  if (!read.ok) return { outcome: repairLeft ? 'repair' : 'invalid', problems: read.problems };
  const leaking = leakingFields(read.reply, context.instructions);
  const checked = checkReply(withoutFields(read.reply, leaking), context);
  const problems = [
    ...leaking.map((field) => `${field} repeats the instructions, which are nobody's business.`),
    ...checked.problems,
  ];
  if ((checked.withheld || leaking.length > 0) && repairLeft) return { outcome: 'repair', problems };
  return { outcome: 'settled', result: checked.result, problems };
}
