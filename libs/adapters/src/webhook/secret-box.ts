import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** First byte of what is sealed, for whoever changes the form of the rest. */
const FORM = 1;
/** NIST SP 800-38D: 96 bits, by chance, are safe for 2^32 seals under one key. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 4;
const HEAD_BYTES = 1 + KEY_ID_BYTES + IV_BYTES + TAG_BYTES;

/** Seals what has to be kept and used again, so that the database alone gives none of it away. */
export class SecretBox {
  private readonly keys: readonly { id: Buffer; key: Buffer }[];

  /** @param keys random texts of 32 characters or more: the first seals, all of them open */
  constructor(keys: readonly string[]) {
    this.keys = keys.map((text) => {
      const key = createHash('sha256').update(text).digest();
      return { id: createHash('sha256').update('id').update(key).digest().subarray(0, KEY_ID_BYTES), key };
    });
  }

  /** False where nothing can be sealed, since no key is set. */
  get isReady(): boolean {
    return this.keys.length > 0;
  }

  /** @param owner whose it is: sealed for one, it cannot be opened for another */
  seal(text: string, owner: string): Buffer {
    const [first] = this.keys;
    if (!first) throw new Error('no key to seal with');
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, first.key, iv).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(FORM), first.id, iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error for what was sealed with a key that is gone, for another owner, or changed since */
  open(sealed: Buffer, owner: string): string {
    const keyId = sealed.subarray(1, 1 + KEY_ID_BYTES);
    const known = this.keys.find(({ id }) => id.equals(keyId));
    if (sealed[0] !== FORM || !known) throw new Error('sealed with a key that is not set');
    const iv = sealed.subarray(1 + KEY_ID_BYTES, HEAD_BYTES - TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, known.key, iv)
      .setAAD(Buffer.from(owner))
      .setAuthTag(sealed.subarray(HEAD_BYTES - TAG_BYTES, HEAD_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8');
  }
}

/** Whose the secrets of a webhook are, for sealing and opening. Database ids. */
export function webhookSecretOwner(orgId: string, webhookId: string): string {
  return `webhook ${orgId}/${webhookId}`;
}
