import { integer, oneOf, optionalSecret, optionalText, text } from './variables.js';

/** Which language models are asked, and how long they are waited for. */
export const modelsConfig = {
  MODEL_PROVIDERS: optionalText(
    'Language models that enrich tickets, first choice first, comma separated: anthropic, openai-compatible, or extractive alone. By default anthropic where ANTHROPIC_API_KEY is set, and extractive where it is not.',
  ),
  ANTHROPIC_API_KEY: optionalSecret('API key for Claude. Calls are paid for by its owner.'),
  ANTHROPIC_BASE_URL: optionalText('Address of the Anthropic API, for a gateway of your own.'),
  ANTHROPIC_MODEL: text(
    'Claude model that is asked unless a prompt version names another.',
    'claude-sonnet-5-5',
  ),
  MODEL_SERVER_URL: optionalText(
    'Base address of a server that speaks OpenAI chat completions, such as http://127.0.0.1:11434/v1.',
  ),
  MODEL_SERVER_API_KEY: optionalSecret('API key for that server, if it wants one.'),
  MODEL_SERVER_MODEL: optionalText('Model that is asked there unless a prompt version names another.'),
  MODEL_EFFORT: oneOf(
    'How much thought Claude puts into an answer, unless a prompt version says otherwise.',
    ['low', 'medium', 'high'],
    'low',
  ),
  MODEL_OUTPUT_TOKENS_MAX: integer('Most tokens of one answer, thinking included.', 8_000, 256, 100_000),
  MODEL_TIMEOUT_SECONDS: integer(
    'Seconds one call to a model may take from first to last byte.',
    120,
    1,
    3_600,
  ),
  MODEL_CALLS_MAX: integer(
    'Most calls to one provider under way at once, of all workers together. Below it, the number follows what the provider takes.',
    50,
    1,
    10_000,
  ),
  ENRICHMENT_BATCH_IN_FLIGHT: integer(
    'Most enrichments of one batch under way at once. Below it, the number follows what the machine bears.',
    25,
    1,
    1_000,
  ),
  MESSAGE_BATCH_REQUESTS_MAX: integer(
    'Most questions of one message batch. A batch of enrichments that may wait has up to ten of these under way; a larger one takes more of the memory of the worker that sends it.',
    500,
    1,
    10_000,
  ),
  MESSAGE_BATCH_POLL_SECONDS: integer(
    'Seconds between two looks at a message batch: most take minutes to an hour.',
    60,
    1,
    3_600,
  ),
  MODEL_WAIT_SECONDS: integer(
    'Seconds a provider that limits or fails is waited for before the next one is asked.',
    60,
    0,
    86_400,
  ),
  MODEL_GIVE_UP_HOURS: integer('Hours after which an enrichment that no provider answers fails.', 24, 1, 720),
  REPLY_ALLOWED_ADDRESSES: optionalText(
    'Hosts and mail addresses that a suggested reply may name though no cited passage does, comma separated.',
  ),
};
