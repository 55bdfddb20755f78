import { integer } from './variables.js';

/** How long people are waited for who decide on suggested replies. */
export const decisionsConfig = {
  DECISION_REMINDER_HOURS: integer(
    'Hours after which the history of a suggested reply says that nobody has decided on it.',
    24,
    1,
    8_760,
  ),
  DECISION_EXPIRY_HOURS: integer(
    'Hours after which nobody is waited for any longer, and the enrichment ends as decision_expired.',
    720,
    1,
    8_760,
  ),
};
