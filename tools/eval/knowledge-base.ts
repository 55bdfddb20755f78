import { parseContent } from '@docket/adapters/parsing/parse-content';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { randomUUID } from 'node:crypto';
import { knowledgeBase } from '../client/samples.ts';
import { storeFile } from './store-file.ts';

/** The samples' knowledge base in an org of its own. */
export interface StoredKnowledge {
  orgId: string;
  /** File names by document id. */
  names: ReadonlyMap<string, string>;
  /** Extracted texts by file name. */
  texts: ReadonlyMap<string, string>;
}

const OPTIONS = { language: 'auto', hashedVectorsUpTo: 0, maxTextCharacters: 1_000_000, maxChunks: 10_000 };

export async function storeKnowledgeBase(tenants: TenantDatabase): Promise<StoredKnowledge> {
  const orgId = randomUUID();
  await tenants.withTenant(orgId, (tx) => tx.orgs.create('evaluation'));
  const names = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const file of knowledgeBase()) {
    names.set(await storeFile(tenants, orgId, file), file.fileName);
    texts.set(file.fileName, (await parseContent(file.bytes, file, OPTIONS)).text);
  }
  return { orgId, names, texts };
}
