/** Most problems named in a repair: the first few are the cause of the rest. */
const PROBLEMS_NAMED = 10;

/** How a model is told what was wrong with its answer. */
export function repairMessage(problems: readonly string[]): string {
  const list = problems.slice(0, PROBLEMS_NAMED).map((problem) => `- ${problem}`);
  return [
    'Your answer could not be used:',
    ...list,
    'Answer again, in the asked form. Quotes must be copied character by character from the passages. If the passages do not support an answer, set answerable to false.',
  ].join('\n');
}
