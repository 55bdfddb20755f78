import type { DiskStorage } from '@docket/adapters/storage/disk';
import { parseStagingKey } from '@docket/adapters/storage/keys';
import type { AddressGrant } from '@docket/adapters/storage/signed-address';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { VersionState } from '@docket/domain/document/state-rules';
import { DocketError } from '@docket/domain/errors';
import { inSpan } from '@docket/platform/tracing/spans';
import type { UploadAnnouncer } from '../documents/upload-announcer.js';

/** States that no run leads out of again. `index_error` is none: a retry may read the object. */
const FINAL_STATES: readonly VersionState[] = ['indexed', 'upload_expired', 'rejected', 'deleted'];

/** Takes the PUTs of the disk storage, and tells the run when one is complete. */
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
    const outcome = await inSpan('storage receive', { category: 'storage' }, () =>
      this.storage.receive(grant.key, body, sizeBytes),
    );
    switch (outcome) {
      case 'too_large':
      case 'too_small':
        throw sizeMismatch(sizeBytes);
      case 'already_there':
        // The row may not know yet, if an earlier PUT died between the file and the row.
        await this.note(owner.orgId, owner.uploadId, target);
        throw alreadyReceived();
      case 'stored':
        await this.withdrawIfTooLate(owner, grant.key);
        await this.note(owner.orgId, owner.uploadId, target);
    }
  }

  /**
   * The body may have taken so long that its version ended meanwhile: then nobody will read it. A version that is at
   * work keeps it, since its run may have found these very bytes already.
   */
  private async withdrawIfTooLate(
    { orgId, uploadId }: { orgId: string; uploadId: string },
    key: string,
  ): Promise<void> {
    const version = await this.tenants.withTenant(orgId, async (tx) => {
      const upload = await tx.uploads.find(uploadId);
      return upload && tx.versions.find(upload.versionId);
    });
    if (version && !FINAL_STATES.includes(version.state)) return;
    await this.storage.delete(key);
    throw version ? refusalOf(version.state) : uploadUnknown();
  }

  private async expect(orgId: string, uploadId: string): Promise<{ documentId: string; version: number }> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const upload = await tx.uploads.find(uploadId);
      const version = upload && (await tx.versions.find(upload.versionId));
      if (!upload || !version) throw uploadUnknown();
      if (upload.receivedAt && version.state !== 'deleted') throw alreadyReceived();
      if (version.state !== 'awaiting_upload') throw refusalOf(version.state);
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

/** Why a version in this state takes no upload. */
function refusalOf(state: VersionState): DocketError {
  switch (state) {
    case 'upload_expired':
      return new DocketError(
        'upload.expired',
        'The upload has expired. Ask for a new one with POST /v1/uploads.',
      );
    case 'index_error':
      return new DocketError(
        'upload.not_awaited',
        'The run of this upload has ended. Retry the document with POST /v1/documents/{id}/retry, then put the file again.',
      );
    case 'deleted':
      return new DocketError('document.deleted', 'The document has been deleted.');
    default:
      return alreadyReceived();
  }
}

function alreadyReceived(): DocketError {
  return new DocketError(
    'upload.already_received',
    'These bytes have been uploaded already. There is nothing more to do.',
  );
}

function uploadUnknown(): DocketError {
  return new DocketError('upload.not_found', 'There is no such upload.');
}

function sizeMismatch(sizeBytes: number): DocketError {
  return new DocketError(
    'upload.size_mismatch',
    `The upload was announced with ${sizeBytes} bytes; send exactly those, with a Content-Length.`,
  );
}
