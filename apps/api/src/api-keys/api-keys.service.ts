import type { ApiKeyTable } from '@docket/db/tables/org';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { issueApiKey } from '../access/api-key.js';
import { grantableScopes } from '../access/grantable-scopes.js';
import type { Principal } from '../access/principal.js';
import { hashSecret } from '../access/secret-hash.js';
import { ApiSettings } from '../api-settings.js';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../http/page.js';
import { IdempotentAnswers } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import type { ApiKeyDto, CreateApiKeyDto, IssuedApiKeyDto } from './api-key.dto.js';

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly settings: ApiSettings,
    private readonly answers: IdempotentAnswers,
  ) {}

  /**
   * Makes a key, beside those there are: to rotate, make the next, move to it, revoke the last. The key itself is in the
   * answer and nowhere else.
   *
   * @throws DocketError `api_key.scope_exceeded` for a scope the caller does not have
   */
  async create(caller: Principal, dto: CreateApiKeyDto): Promise<IssuedApiKeyDto> {
    const grantable = grantableScopes(caller);
    const beyond = dto.scopes.filter((scope) => !grantable.includes(scope));
    if (beyond.length > 0) {
      throw new DocketError(
        'api_key.scope_exceeded',
        `You cannot give what you do not have: ${beyond.join(', ')}.`,
      );
    }
    const { key, prefix } = issueApiKey();
    const id = newId();
    const row = await this.tenants.withTenant(caller.orgId, async (tx) => {
      await tx.apiKeys.create({
        id,
        name: dto.name,
        prefix,
        keyHash: hashSecret(key, this.settings.values.API_KEY_PEPPER),
        scopes: dto.scopes,
        expiresAt: dto.expiresAt === undefined ? null : futureTime(dto.expiresAt),
      });
      const subject = toTypeId('apiKey', id);
      await this.answers.settle(tx, { status: 201, location: `/v1/api-keys/${subject}`, isSecret: true });
      const made = await findKey(tx, id);
      tx.audit.append({ action: 'api_key.create', subject, after: auditedOf(made) });
      return made;
    });
    return { ...showApiKey(row), key };
  }

  async list(orgId: string, query: PageQuery): Promise<Page<ApiKeyDto>> {
    const page = idPage(query, 'apiKey');
    const rows = await this.tenants.withTenant(orgId, (tx) => tx.apiKeys.list(page));
    return toPage(rows, page.limit, showApiKey, idCursor('apiKey'));
  }

  async get(orgId: string, id: string): Promise<ApiKeyDto> {
    return showApiKey(await this.tenants.withTenant(orgId, (tx) => findKey(tx, id)));
  }

  /** Stops a key from the next request on; a second time changes nothing. */
  async revoke(orgId: string, id: string): Promise<void> {
    await this.tenants.withTenant(orgId, async (tx) => {
      const key = await findKey(tx, id);
      if (key.revokedAt) return;
      await tx.apiKeys.revoke(id);
      tx.audit.append({ action: 'api_key.revoke', subject: toTypeId('apiKey', id), before: auditedOf(key) });
    });
  }
}

async function findKey(tx: TenantTransaction, id: string): Promise<ApiKeyTable> {
  const key = await tx.apiKeys.find(id);
  if (!key) throw notFound('apiKey');
  return key;
}

function auditedOf({ name, prefix, scopes, expiresAt }: ApiKeyTable) {
  return { name, prefix, scopes, expiresAt };
}

function futureTime(text: string): Date {
  const time = new Date(text);
  if (time.getTime() > Date.now()) return time;
  const message = 'must be in the future';
  throw new DocketError('request.invalid', `expiresAt: ${message}`, {
    problems: [{ path: 'expiresAt', code: 'is_past', message }],
  });
}

function showApiKey(row: ApiKeyTable): ApiKeyDto {
  return {
    id: toTypeId('apiKey', row.id),
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    state: stateOf(row),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}

function stateOf({ revokedAt, expiresAt }: ApiKeyTable): ApiKeyDto['state'] {
  if (revokedAt) return 'revoked';
  return expiresAt !== null && expiresAt.getTime() <= Date.now() ? 'expired' : 'active';
}
