import { SystemDatabase } from '@docket/db/system-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import { DocketError } from '@docket/domain/errors';
import { Injectable } from '@nestjs/common';
import { ApiSettings } from '../api-settings.js';
import { hashApiKey, isWellFormedApiKey } from './api-key.js';
import type { Principal } from './principal.js';

@Injectable()
export class ApiKeyAuthenticator {
  constructor(
    private readonly system: SystemDatabase,
    private readonly tenants: TenantDatabase,
    private readonly settings: ApiSettings,
  ) {}

  /**
   * Who an `Authorization` header speaks for. Asked at every request, so that a revoked key is refused at once.
   *
   * @throws DocketError `auth.required` without a header, `auth.invalid` for a key that does not count
   */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    if (!authorization) {
      throw new DocketError('auth.required', 'Send an API key as Authorization: Bearer <key>.');
    }
    const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (!key || !isWellFormedApiKey(key)) throw invalid();
    const owner = await this.system.findApiKey(hashApiKey(key, this.settings.values.API_KEY_PEPPER));
    if (!owner) throw invalid();
    return this.tenants.withTenant(owner.orgId, async (tx) => {
      const usable = await tx.apiKeys.findUsable(owner.apiKeyId);
      if (!usable) throw invalid();
      if (isStale(usable.lastUsedAt)) await tx.apiKeys.touch(usable.id);
      return { orgId: owner.orgId, apiKeyId: usable.id, scopes: usable.scopes };
    });
  }
}

/** Last use is noted to the minute. */
function isStale(lastUsedAt: Date | null): boolean {
  return lastUsedAt === null || Date.now() - lastUsedAt.getTime() > 60_000;
}

function invalid(): DocketError {
  return new DocketError('auth.invalid', 'The API key is unknown, revoked or expired. Use a current one.');
}
