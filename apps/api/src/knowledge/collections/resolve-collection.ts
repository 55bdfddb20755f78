import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import { notFound } from '../../http/ids.js';
import { newId } from '../../infrastructure/ids.js';

/**
 * The collection a client means, by id or by name. With `create`, a name that nobody used yet makes a collection; an id
 * never does.
 */
export async function resolveCollection(
  tx: TenantTransaction,
  idOrName: string,
  whenUnknown: 'create' | 'refuse',
): Promise<string> {
  const id = parseTypeId('collection', idOrName);
  if (id !== null) {
    const found =
      whenUnknown === 'create' ? await tx.collections.keep(id) : (await tx.collections.find(id)) !== null;
    if (!found) throw notFound('collection');
    return id;
  }
  if (idOrName.startsWith('col_')) throw notFound('collection');
  if (whenUnknown === 'create') {
    const made = newId();
    const found = await tx.collections.findOrCreate(idOrName, made);
    if (found === made)
      tx.audit.append({
        action: 'collection.create',
        subject: toTypeId('collection', made),
        after: { name: idOrName },
      });
    return found;
  }
  const collection = await tx.collections.findByName(idOrName);
  if (!collection) throw notFound('collection');
  return collection.id;
}
