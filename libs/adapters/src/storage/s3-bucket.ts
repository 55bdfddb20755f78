import type { S3StorageSettings } from '@docket/platform/config/storage';
import type { Client, LifecycleConfig } from 'minio';
import { S3Refusal, toStorageFault } from './s3-fault.js';
import { createS3Client } from './s3-storage.js';
import { S3Transport } from './s3-transport.js';

/** Far longer than any upload is waited for, and as long as an operator has to retry a document whose bytes lie there. */
const STAGING_DAYS = 30;
const STAGING_RULE = 'docket-staging';

/** The bucket itself, as the set-up command sees it. */
export class S3Bucket {
  private readonly client: Client;

  constructor(private readonly settings: S3StorageSettings) {
    this.client = createS3Client(settings, new S3Transport(settings.endpoint, settings.timeoutMs));
  }

  /** True when it was made, false when it was there. */
  async create(): Promise<boolean> {
    const { bucket, region } = this.settings;
    try {
      if (await this.client.bucketExists(bucket)) return false;
      await this.client.makeBucket(bucket, region);
      return true;
    } catch (error) {
      // Two commands at once: the other one made it.
      if (error instanceof S3Refusal && error.code === 'BucketAlreadyOwnedByYou') return false;
      throw toStorageFault('create bucket', error);
    }
  }

  /** Lets the store delete what is abandoned in staging. Rules that somebody else made are never replaced. */
  async expireStaging(): Promise<'set' | 'there' | 'other_rules' | 'not_supported'> {
    const { bucket } = this.settings;
    try {
      const rules = await this.rules();
      if (rules.some(({ ID }) => ID === STAGING_RULE)) return 'there';
      if (rules.length > 0) return 'other_rules';
      await this.client.setBucketLifecycle(bucket, {
        Rule: [
          {
            ID: STAGING_RULE,
            Status: 'Enabled',
            Filter: { Prefix: 'staging/' },
            Expiration: { Days: STAGING_DAYS },
          },
        ],
      });
      return 'set';
    } catch (error) {
      if (error instanceof S3Refusal && isUnsupported(error)) return 'not_supported';
      throw toStorageFault('set lifecycle', error);
    }
  }

  private async rules(): Promise<LifecycleConfig['Rule']> {
    try {
      // One rule comes as an object, several as an array.
      const config: { Rule?: LifecycleConfig['Rule'] | LifecycleConfig['Rule'][number] } | null =
        await this.client.getBucketLifecycle(this.settings.bucket);
      return [config?.Rule ?? []].flat();
    } catch (error) {
      if (error instanceof S3Refusal && error.code === 'NoSuchLifecycleConfiguration') return [];
      throw error;
    }
  }
}

function isUnsupported({ status, code }: S3Refusal): boolean {
  return status === 501 || status === 405 || code === 'NotImplemented';
}
