import { optionalSecret, text } from './variables.js';

export const temporalConfig = {
  TEMPORAL_ADDRESS: text('Host and port of the Temporal frontend.', '127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: text('Temporal namespace that holds all workflows.', 'docket'),
  TEMPORAL_API_KEY: optionalSecret('API key for a Temporal service that asks for one; switches TLS on.'),
};
