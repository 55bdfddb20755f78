import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
/** As many as the hash has: more would add nothing. Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

/** A new secret, as its owner is shown it. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** What a webhook is sent with, for its receiver to check. */
export interface SignedMessage {
  /** The same in every attempt and redelivery: a receiver that knows it has it already. */
  id: string;
  sentAt: Date;
  body: string;
}

/**
 * The headers of a message by Standard Webhooks 1.0, with one signature for each secret that counts: while a secret is
 * being replaced a receiver may know either.
 */
export function signedHeaders(
  { id, sentAt, body }: SignedMessage,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'content-type': 'application/json',
    'user-agent': 'Docket-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
