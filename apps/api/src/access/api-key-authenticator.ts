import { SystemDatabase } from '@docket/db/system-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import { Injectable } from '@nestjs/common';
import { ApiSettings } from '../api-settings.js';
import { isWellFormedApiKey } from './api-key.js';
import type { ApiKeyPrincipal } from './principal.js';
import { hashSecret } from './secret-hash.js';

@Injectable()
export class ApiKeyAuthenticator {
  constructor(
    private readonly system: SystemDatabase,
    private readonly tenants: TenantDatabase,
    private readonly settings: ApiSettings,
  ) {}

  /** Whom a key speaks for; null when it is none, unknown, revoked or expired at this very request. */
  async identify(key: string): Promise<ApiKeyPrincipal | null> {
    if (!isWellFormedApiKey(key)) return null;
    const owner = await this.system.findApiKey(hashSecret(key, this.settings.values.API_KEY_PEPPER));
    if (!owner) return null;
    return this.tenants.withTenant(owner.orgId, async (tx) => {
      const usable = await tx.apiKeys.findUsable(owner.apiKeyId);
      if (!usable) return null;
      if (isStale(usable.lastUsedAt)) await tx.apiKeys.touch(usable.id);
      return { kind: 'api_key', orgId: owner.orgId, apiKeyId: usable.id, scopes: usable.scopes };
    });
  }
}

/** Last use is noted to the minute. */
function isStale(lastUsedAt: Date | null): boolean {
  return lastUsedAt === null || Date.now() - lastUsedAt.getTime() > 60_000;
}
