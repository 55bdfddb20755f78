import { createDataSource } from '@docket/db/data-source';
import { verifyAudit } from '@docket/db/audit/verify';
import { SystemDatabase } from '@docket/db/system-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import { auditConfig } from '@docket/platform/config/audit';
import { databaseConfig } from '@docket/platform/config/database';
import { loadConfig, readEnvFile } from '@docket/platform/config/load';
import { appendFileSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { HeadSigner, type SignedHead } from '../audit/signed-head.js';

const NO_ORG = '00000000-0000-0000-0000-000000000000';
const ORGS_AT_ONCE = 500;

/**
 * `audit-heads.js sign --file FILE` appends the signed end of every org's audit chain to a file that belongs outside the
 * database. `audit-heads.js check --file FILE` follows every chain and compares it with every head in the file; it prints
 * what is wrong and exits 1.
 */
async function main(): Promise<void> {
  readEnvFile();
  const { values, positionals } = parseArgs({
    options: { file: { type: 'string' } },
    allowPositionals: true,
  });
  const [command] = positionals;
  if (!values.file || (command !== 'sign' && command !== 'check'))
    throw new Error('usage: audit-heads.js sign|check --file FILE');
  const config = loadConfig({ ...databaseConfig, ...auditConfig });
  const signer = new HeadSigner(config.AUDIT_SIGNING_KEY);
  const dataSource = await createDataSource({
    url: config.DATABASE_URL,
    poolSize: 1,
    acquireTimeoutMs: config.DATABASE_ACQUIRE_TIMEOUT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    applicationName: 'docket-audit-heads',
  }).initialize();
  try {
    const tenants = new TenantDatabase(dataSource);
    const orgs = await allOrgs(new SystemDatabase(dataSource));
    if (command === 'sign') await sign(tenants, orgs, signer, values.file);
    else await check(tenants, orgs, signer, values.file);
  } finally {
    await dataSource.destroy();
  }
}

async function allOrgs(system: SystemDatabase): Promise<string[]> {
  const orgs: string[] = [];
  for (;;) {
    const next = await system.orgsWithAuditEvents(orgs.at(-1) ?? NO_ORG, ORGS_AT_ONCE);
    orgs.push(...next);
    if (next.length < ORGS_AT_ONCE) return orgs;
  }
}

async function sign(
  tenants: TenantDatabase,
  orgs: readonly string[],
  signer: HeadSigner,
  file: string,
): Promise<void> {
  for (const orgId of orgs) {
    const head = await tenants.withTenant(orgId, (tx) => tx.audit.head());
    if (!head) continue;
    const signed = signer.sign({
      org: toTypeId('org', orgId),
      seq: head.seq,
      hash: head.hash.toString('hex'),
      at: new Date().toISOString(),
    });
    appendFileSync(file, `${JSON.stringify(signed)}\n`);
  }
  console.log(`signed ${orgs.length} heads into ${file}`);
}

async function check(
  tenants: TenantDatabase,
  orgs: readonly string[],
  signer: HeadSigner,
  file: string,
): Promise<void> {
  const problems: string[] = [];
  for (const orgId of orgs) {
    const { problem } = await verifyAudit(tenants, orgId);
    if (problem) problems.push(`${toTypeId('org', orgId)}: ${problem.fault} at event ${problem.seq}`);
  }
  const heads = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  for (const line of heads) {
    const said = await problemOfHead(tenants, signer, JSON.parse(line) as SignedHead);
    if (said) problems.push(said);
  }
  for (const problem of problems) console.error(problem);
  console.log(`${orgs.length} chains, ${heads.length} signed heads, ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}

async function problemOfHead(
  tenants: TenantDatabase,
  signer: HeadSigner,
  head: SignedHead,
): Promise<string | null> {
  if (!signer.isGenuine(head)) return `${head.org}: the head of ${head.at} was not signed with this key`;
  const orgId = parseTypeId('org', head.org);
  const hash = orgId === null ? null : await tenants.withTenant(orgId, (tx) => tx.audit.hashAt(head.seq));
  if (hash === null) return `${head.org}: event ${head.seq}, signed at ${head.at}, is gone`;
  return hash.toString('hex') === head.hash
    ? null
    : `${head.org}: event ${head.seq} is not the one that was signed at ${head.at}`;
}

await main();
