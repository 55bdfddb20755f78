import { DiskStorage } from '@docket/adapters/storage/disk';
import { parseStagingKey } from '@docket/adapters/storage/keys';
import type { AddressGrant } from '@docket/adapters/storage/signed-address';
import { TenantDatabase } from '@docket/db/tenant-database';
import { DocketError } from '@docket/domain/errors';
import { Injectable } from '@nestjs/common';
import { UploadAnnouncer } from '../documents/upload-announcer.js';

/** Takes the PUTs of the disk storage, and tells the run when one is complete. */
@Injectable()
export class UploadReceiver {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly storage: DiskStorage,
    private readonly announcer: UploadAnnouncer,
  ) {}

  /**
   * Stores the body under the granted key. Whether the upload is still wanted is decided by its row and not by the
   * clock: the run that waits for it may have given up, or may be a little behind.
   */
  async receive(
    grant: AddressGrant,
    announcedLength: number | null,
    body: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const sizeBytes = grant.sizeBytes ?? 0;
    const owner = parseStagingKey(grant.key);
    if (!owner) throw new DocketError('upload.url_invalid', 'The address is not one to upload to.');
    if (announcedLength !== null && announcedLength !== sizeBytes) throw sizeMismatch(sizeBytes);
    const target = await this.expect(owner.orgId, owner.uploadId);
    const outcome = await this.storage.receive(grant.key, body, sizeBytes);
    switch (outcome) {
      case 'too_large':
      case 'too_small':
        throw sizeMismatch(sizeBytes);
      case 'already_there':
        // The row may not know yet, if an earlier PUT died between the file and the row.
        await this.note(owner.orgId, owner.uploadId, target);
        throw new DocketError(
          'upload.already_received',
          'These bytes have been uploaded already. There is nothing more to do.',
        );
      case 'stored':
        await this.note(owner.orgId, owner.uploadId, target);
    }
  }

  private async expect(orgId: string, uploadId: string): Promise<{ documentId: string; version: number }> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const upload = await tx.uploads.find(uploadId);
      const version = upload && (await tx.versions.find(upload.versionId));
      if (!upload || !version) throw new DocketError('upload.not_found', 'There is no such upload.');
      if (version.state === 'upload_expired') {
        throw new DocketError(
          'upload.expired',
          'The upload has expired. Ask for a new one with POST /v1/uploads.',
        );
      }
      if (version.state !== 'awaiting_upload' || upload.receivedAt) {
        throw new DocketError(
          'upload.already_received',
          'These bytes have been uploaded already. There is nothing more to do.',
        );
      }
      return version;
    });
  }

  private async note(
    orgId: string,
    uploadId: string,
    target: { documentId: string; version: number },
  ): Promise<void> {
    await this.tenants.withTenant(orgId, (tx) => tx.uploads.markReceived(uploadId));
    await this.announcer.announce(orgId, target.documentId, target.version);
  }
}

function sizeMismatch(sizeBytes: number): DocketError {
  return new DocketError(
    'upload.size_mismatch',
    `The upload was announced with ${sizeBytes} bytes; send exactly those, with a Content-Length.`,
  );
}
