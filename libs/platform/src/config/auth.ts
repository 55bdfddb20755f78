import { z } from 'zod';
import { integer } from './variables.js';

const PRIVATE_KEY = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().min(1),
  y: z.string().min(1),
  d: z.string().min(1),
  kid: z.string().regex(/^[\w-]{1,64}$/),
});
const KEY_SET = z
  .object({ keys: z.array(PRIVATE_KEY).min(1) })
  .refine(({ keys }) => new Set(keys.map(({ kid }) => kid)).size === keys.length);

/** A private ES256 key as a JSON Web Key. */
export type SigningKey = z.infer<typeof PRIVATE_KEY>;

const SIGNING_KEYS =
  'Private keys of access tokens as a JSON Web Key Set of ES256 keys, each with a kid: the first signs, all of them verify. The command signing-keys.js makes and rotates it.';

export const authConfig = {
  AUTH_SIGNING_KEYS: z
    .string({ error: 'is required' })
    .refine((text) => parseKeySet(text) !== null, {
      error: 'must be a JSON Web Key Set of private P-256 keys with a kid each; signing-keys.js makes one',
    })
    .describe(SIGNING_KEYS)
    .meta({ secret: true, description: SIGNING_KEYS }),
  SESSION_IDLE_DAYS: integer('Days after which a session ends that nobody refreshed.', 14, 1, 365),
  SESSION_MAX_DAYS: integer('Days after which a session ends in any case.', 90, 1, 3_650),
  INVITATION_HOURS: integer('Hours for which an invitation can be accepted.', 72, 1, 720),
};

/** The keys of AUTH_SIGNING_KEYS, the one that signs leading. Throws a RangeError for what is no such set. */
export function signingKeys(text: string): SigningKey[] {
  const keys = parseKeySet(text);
  if (keys === null) throw new RangeError('not a set of signing keys');
  return keys;
}

function parseKeySet(text: string): SigningKey[] | null {
  try {
    const parsed = KEY_SET.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.keys : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
