import { secret } from './variables.js';

/** What the command that signs the ends of audit chains reads; API and worker have no part in it. */
export const auditConfig = {
  AUDIT_SIGNING_KEY: secret(
    'Signs the ends of audit chains. Only the command audit-heads uses it: keep it from API, worker and database.',
    32,
  ),
};
