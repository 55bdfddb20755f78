import { z } from 'zod';

const SECRET_KEYS =
  'Keys under which the secrets of webhooks are kept, comma separated, random and of 32 characters or more: the first seals, all of them open. The same for API and workers. Without one there are no webhooks.';
const SHORTEST_KEY = 32;

/** Where webhooks may go, and how their secrets are kept. */
export const webhooksConfig = {
  WEBHOOK_SECRET_KEYS: z
    .string()
    .refine((text) => listOf(text).every((key) => key.length >= SHORTEST_KEY), {
      error: `must be keys of at least ${SHORTEST_KEY} characters, comma separated`,
    })
    .optional()
    .describe(SECRET_KEYS)
    .meta({ secret: true, description: SECRET_KEYS }),
  WEBHOOK_TRUSTED_ORIGINS: z
    .string()
    .refine((text) => listOf(text).every(isOrigin), {
      error: 'must be origins such as http://127.0.0.1:9000, comma separated',
    })
    .optional()
    .describe(
      'Origins that webhooks may go to though they are not https or lie in a private network, comma separated, such as http://127.0.0.1:9000: for development, and for receivers of your own. By default none.',
    ),
};

export interface WebhookSettings {
  secretKeys: string[];
  trustedOrigins: string[];
}

export function webhookSettings(values: {
  WEBHOOK_SECRET_KEYS?: string | undefined;
  WEBHOOK_TRUSTED_ORIGINS?: string | undefined;
}): WebhookSettings {
  return {
    secretKeys: listOf(values.WEBHOOK_SECRET_KEYS ?? ''),
    trustedOrigins: listOf(values.WEBHOOK_TRUSTED_ORIGINS ?? ''),
  };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}
