import type { S3StorageSettings } from '@docket/platform/config/storage';
import { SignatureV4 } from '@smithy/signature-v4';
import type { SourceData } from '@smithy/types';
import { createHash, createHmac } from 'node:crypto';

export interface PresignTerms {
  method: 'PUT' | 'GET';
  key: string;
  /** Headers the request must carry, exactly so. */
  headers?: Record<string, string>;
  query?: Record<string, string>;
  expiresAt: Date;
}

/**
 * Signs addresses under the store's public endpoint: Signature Version 4 in the query. `minio` cannot, since it signs
 * no header but the host. (AWS, "Authenticating Requests: Using Query Parameters".)
 */
export class S3Presigner {
  private readonly signer: SignatureV4;
  private readonly origin: URL;
  private readonly folder: string;

  constructor(settings: S3StorageSettings) {
    this.signer = new SignatureV4({
      service: 's3',
      region: settings.region,
      credentials: { accessKeyId: settings.accessKey, secretAccessKey: settings.secretKey },
      sha256: NodeSha256,
      // S3 signs the path as it is sent; other services escape it a second time.
      uriEscapePath: false,
    });
    this.origin = new URL(settings.publicEndpoint);
    if (settings.addressing === 'virtual_host')
      this.origin.hostname = `${settings.bucket}.${this.origin.hostname}`;
    this.folder = settings.addressing === 'path' ? `/${settings.bucket}/` : '/';
  }

  async presign({ method, key, headers = {}, query = {}, expiresAt }: PresignTerms): Promise<string> {
    const signingDate = new Date();
    const { host, hostname, protocol } = this.origin;
    const path = `${this.folder}${key}`;
    const signed = await this.signer.presign(
      {
        method,
        protocol,
        hostname,
        path,
        query,
        // The bytes are not known yet: their hash is checked when they are read.
        headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
      },
      {
        signingDate,
        expiresIn: Math.max(1, Math.floor((expiresAt.getTime() - signingDate.getTime()) / 1_000)),
      },
    );
    const parts = Object.entries(signed.query ?? {}).map(
      ([name, value]) => `${escape(name)}=${escape(String(value))}`,
    );
    return `${this.origin.origin}${path}?${parts.join('&')}`;
  }
}

/** RFC 3986, which a signature is made over; `encodeURIComponent` leaves five characters as they are. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Node's own SHA-256, keyed or not, in the shape the signer takes. */
class NodeSha256 {
  private readonly hash: { update(data: Uint8Array): unknown; digest(): Uint8Array };

  constructor(secret?: SourceData) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: SourceData): void {
    this.hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
}

function toBytes(data: SourceData): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
