import { TenantDatabase } from '@docket/db/tenant-database';
import { TenantReads } from '@docket/db/tenant-reads';
import { Injectable } from '@nestjs/common';
import { ApiSettings } from '../api-settings.js';
import { isWellFormedApiKey } from './api-key.js';
import type { ApiKeyPrincipal } from './principal.js';
import { hashSecret } from './secret-hash.js';

@Injectable()
export class ApiKeyAuthenticator {
  constructor(
    private readonly reads: TenantReads,
    private readonly tenants: TenantDatabase,
    private readonly settings: ApiSettings,
  ) {}

  /** Whom a key speaks for; null when it is none, unknown, revoked or expired at this very request. */
  async identify(key: string): Promise<ApiKeyPrincipal | null> {
    if (!isWellFormedApiKey(key)) return null;
    const usable = await this.reads.usableKey(hashSecret(key, this.settings.values.API_KEY_PEPPER));
    if (!usable) return null;
    const { orgId, id, scopes } = usable;
    if (isStale(usable.lastUsedAt)) await this.tenants.withTenant(orgId, (tx) => tx.apiKeys.touch(id));
    return { kind: 'api_key', orgId, apiKeyId: id, scopes };
  }
}

/** Last use is noted to the minute. */
function isStale(lastUsedAt: Date | null): boolean {
  return lastUsedAt === null || Date.now() - lastUsedAt.getTime() > 60_000;
}
