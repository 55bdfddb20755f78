import type { AuditActor } from '@docket/db/audit/event';
import { InstallationLog } from '@docket/db/audit/installation-log';
import { createDataSource } from '@docket/db/data-source';
import { TenantDatabase } from '@docket/db/tenant-database';
import { toTypeId } from '@docket/domain/ids/type-id';
import { databaseConfig } from '@docket/platform/config/database';
import { loadConfig, readEnvFile } from '@docket/platform/config/load';
import { apiConfig } from '@docket/platform/config/api';
import { parseArgs } from 'node:util';
import { issueApiKey } from '../access/api-key.js';
import { hashSecret } from '../access/secret-hash.js';
import { SCOPES } from '../access/scopes.js';
import { newId } from '../infrastructure/ids.js';

/** Whoever runs a command has the database's address: an operator, who is not asked for a token. */
const COMMAND: AuditActor = { kind: 'operator', id: null, requestId: null, address: null };

/**
 * `create-org.js --name NAME [--scopes a,b]` makes an organisation with one API key and prints both as a line of JSON.
 * The key is shown here and nowhere else.
 */
async function main(): Promise<void> {
  readEnvFile();
  const { values } = parseArgs({ options: { name: { type: 'string' }, scopes: { type: 'string' } } });
  if (!values.name) throw new Error('usage: create-org.js --name NAME [--scopes documents:read,search]');
  const scopes = values.scopes?.split(',') ?? [...SCOPES];
  const unknown = scopes.filter((scope) => !SCOPES.some((known) => known === scope));
  if (unknown.length > 0)
    throw new Error(`unknown scopes: ${unknown.join(', ')}; known are ${SCOPES.join(', ')}`);
  const config = loadConfig({ ...databaseConfig, API_KEY_PEPPER: apiConfig.API_KEY_PEPPER });
  const dataSource = await createDataSource({
    url: config.DATABASE_URL,
    poolSize: 1,
    acquireTimeoutMs: config.DATABASE_ACQUIRE_TIMEOUT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    applicationName: 'docket-create-org',
  }).initialize();
  try {
    const orgId = newId();
    const { key, prefix } = issueApiKey();
    const keyId = newId();
    const log = new InstallationLog(dataSource, () => COMMAND);
    await new TenantDatabase(dataSource, () => COMMAND).withTenant(orgId, async (tx) => {
      const name = values.name ?? '';
      await tx.orgs.create(name);
      await tx.apiKeys.create({
        id: keyId,
        name: 'first key',
        prefix,
        keyHash: hashSecret(key, config.API_KEY_PEPPER),
        scopes,
        expiresAt: null,
      });
      const event = { action: 'org.create', subject: toTypeId('org', orgId), after: { name } };
      tx.audit.append(event);
      tx.audit.append({
        action: 'api_key.create',
        subject: toTypeId('apiKey', keyId),
        after: { name: 'first key', prefix, scopes },
      });
      await log.append(event, tx.manager);
    });
    console.log(JSON.stringify({ orgId: toTypeId('org', orgId), apiKey: key }));
  } finally {
    await dataSource.destroy();
  }
}

await main();
