import type { EntityManager } from 'typeorm';
import { UploadTable } from '../tables/document.table.js';

export interface NewUpload {
  id: string;
  versionId: string;
  stagingKey: string;
  expiresAt: Date;
  receivedAt: Date | null;
}

export class UploadRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async insert(upload: NewUpload): Promise<void> {
    await this.manager.insert(UploadTable, { ...upload, orgId: this.orgId });
  }

  async find(id: string): Promise<UploadTable | null> {
    return this.manager.findOneBy(UploadTable, { orgId: this.orgId, id });
  }

  async findByVersion(versionId: string): Promise<UploadTable | null> {
    return this.manager.findOneBy(UploadTable, { orgId: this.orgId, versionId });
  }

  /** Notes that the bytes are here. The first time counts; a repeat changes nothing. */
  async markReceived(id: string): Promise<void> {
    await this.manager.query(
      'update uploads set received_at = coalesce(received_at, now()) where org_id = $1 and id = $2',
      [this.orgId, id],
    );
  }

  /** Notes that the staging object of an ended version is gone, so that nobody looks for it again. */
  async markStagingCleared(id: string): Promise<void> {
    await this.manager.update(UploadTable, { orgId: this.orgId, id }, { stagingClearedAt: () => 'now()' });
  }
}
