import type { EntityManager } from 'typeorm';
import { OrgTable } from '../tables/org.table.js';

/** What an org's admins choose. */
export type OrgSettings = Pick<
  OrgTable,
  | 'name'
  | 'retentionDays'
  | 'approvalPolicy'
  | 'approvalConfidence'
  | 'learnFromEdits'
  | 'tokensPerDay'
  | 'costMicrosPerDay'
>;

export class OrgRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Creates the org of this transaction: its id is the tenant the transaction was opened for. */
  async create(name: string): Promise<void> {
    await this.manager.insert(OrgTable, { id: this.orgId, name });
  }

  async find(): Promise<OrgTable | null> {
    return this.manager.findOneBy(OrgTable, { id: this.orgId });
  }

  /** The org, for whoever changes it: of several at once, each sees what the one before it left. */
  async lock(): Promise<OrgTable | null> {
    return (
      this.manager
        .createQueryBuilder(OrgTable, 'o')
        // Rows that point at the org are written meanwhile.
        .setLock('for_no_key_update')
        .where('o.id = :orgId', { orgId: this.orgId })
        .getOne()
    );
  }

  /** Changes what is given and leaves the rest. */
  async update(changes: Partial<OrgSettings>): Promise<void> {
    if (Object.keys(changes).length > 0) await this.manager.update(OrgTable, { id: this.orgId }, changes);
  }
}
