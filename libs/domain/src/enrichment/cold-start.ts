import { featureCosine, textFeatures, type TextFeatures } from '../classification/text-features.js';
import type { Prediction } from '../classification/linear-classifier.js';

/**
 * The entry whose description is most like a text: how tickets are sorted before anybody labelled one. Ties go to the
 * earlier entry, and a text that is like none of them to the fallback.
 */
export function mostAlike(
  features: TextFeatures,
  entries: readonly { key: string; text: string }[],
  fallback: string,
): Prediction {
  let best = { key: fallback, cosine: 0 };
  let sum = 0;
  for (const { key, text } of entries) {
    const cosine = featureCosine(features, textFeatures(text));
    sum += cosine;
    if (cosine > best.cosine) best = { key, cosine };
  }
  return { label: best.key, confidence: sum === 0 ? 0 : best.cosine / sum };
}
