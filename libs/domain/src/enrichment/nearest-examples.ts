import { featureCosine, type TextFeatures } from '../classification/text-features.js';

/** Labelled tickets shown to a model: more cost tokens and change little. */
export const EXAMPLES_SHOWN = 4;
/** Below this an example is about something else. */
const LEAST_COSINE = 0.08;

/** The labelled tickets most like a text, nearest first; ties by the order given. */
export function nearestExamples<E extends { features: TextFeatures }>(
  features: TextFeatures,
  examples: readonly E[],
): E[] {
  return examples
    .map((example, index) => ({ example, index, cosine: featureCosine(features, example.features) }))
    .filter(({ cosine }) => cosine >= LEAST_COSINE)
    .sort((left, right) => right.cosine - left.cosine || left.index - right.index)
    .slice(0, EXAMPLES_SHOWN)
    .map(({ example }) => example);
}
