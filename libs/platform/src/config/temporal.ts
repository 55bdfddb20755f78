import { integer, optionalSecret, text } from './variables.js';

export const temporalConfig = {
  TEMPORAL_ADDRESS: text('Host and port of the Temporal frontend.', '127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: text('Temporal namespace that holds all workflows.', 'docket'),
  TEMPORAL_API_KEY: optionalSecret('API key for a Temporal service that asks for one; switches TLS on.'),
};

/** For the command that sets the namespace up. */
export const temporalAdminConfig = {
  TEMPORAL_RETENTION_DAYS: integer(
    "Days that closed workflows stay readable in the Temporal Web UI. Docket's own history outlives them.",
    30,
    1,
    3_650,
  ),
};
