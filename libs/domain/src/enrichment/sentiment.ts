import type { Sentiment } from './model-reply.js';

const NEGATIVE =
  /\b(?:angry|annoy\w*|awful|bad|broken|cancel\w*|complain\w*|disappoint\w*|fail\w*|frustrat\w*|furious|horrible|impossible|lost|never|not work\w*|refund|ridiculous|terrible|unacceptable|urgent\w*|useless|worst|wrong|ärger\w*|enttäusch\w*|kaputt|unmöglich|schlecht|déçu\w*|inacceptable|horrible|decepcion\w*|inaceptable)\b/giu;
const POSITIVE =
  /\b(?:amazing|appreciate\w*|awesome|excellent|fantastic|glad|good|great|happy|helpful|love|nice|perfect|pleased|thank\w*|wonderful|danke|super|toll|merci|parfait|gracias|genial)\b/giu;

/** How a ticket sounds, by its strong words. Thanks at the end are manners: one positive word alone says nothing. */
export function guessSentiment(text: string): Sentiment {
  const negative = text.match(NEGATIVE)?.length ?? 0;
  const positive = text.match(POSITIVE)?.length ?? 0;
  if (negative > positive) return 'negative';
  return positive >= 2 && positive > negative ? 'positive' : 'neutral';
}
