import { canonicalJson } from '@docket/domain/json/canonical-json';
import { createPrivateKey, createPublicKey, hkdfSync, sign, verify, type KeyObject } from 'node:crypto';

export interface AuditHead {
  org: string;
  seq: number;
  hash: string;
  at: string;
}

export interface SignedHead extends AuditHead {
  signature: string;
}

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410, section 7). */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs where an audit chain ended at a time, with a key of the installation that the database does not have. */
export class HeadSigner {
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;

  constructor(secret: string) {
    const seed = Buffer.from(hkdfSync('sha256', secret, '', 'docket audit heads', 32));
    this.privateKey = createPrivateKey({
      key: Buffer.concat([ED25519_PREFIX, seed]),
      format: 'der',
      type: 'pkcs8',
    });
    this.publicKey = createPublicKey(this.privateKey);
  }

  sign(head: AuditHead): SignedHead {
    return { ...head, signature: sign(null, textOf(head), this.privateKey).toString('base64url') };
  }

  isGenuine(head: SignedHead): boolean {
    return verify(null, textOf(head), this.publicKey, Buffer.from(head.signature, 'base64url'));
  }
}

function textOf({ org, seq, hash, at }: AuditHead): Buffer {
  return Buffer.from(canonicalJson({ org, seq, hash, at }));
}
