import type { CollectionRow } from '@docket/db/collections';
import { TenantDatabase } from '@docket/db/tenant-database';
import { TenantReads } from '@docket/db/tenant-reads';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { notFound } from '../../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../../http/page.js';
import { IdempotentAnswers } from '../../idempotency/idempotent-answers.js';
import { newId } from '../../infrastructure/ids.js';
import type { CollectionDto, CreateCollectionDto } from './collection.dto.js';

@Injectable()
export class CollectionsService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly reads: TenantReads,
    private readonly answers: IdempotentAnswers,
  ) {}

  async create(orgId: string, dto: CreateCollectionDto): Promise<CollectionDto> {
    const id = newId();
    return this.tenants.withTenant(orgId, async (tx) => {
      if (!(await tx.collections.insert({ id, name: dto.name, description: dto.description ?? null }))) {
        throw new DocketError(
          'collection.name_taken',
          `There is a collection ${dto.name} already. Choose another name.`,
        );
      }
      const created = await tx.collections.find(id);
      if (!created) throw notFound('collection');
      const body = showCollection(created);
      tx.audit.append({ action: 'collection.create', subject: body.id, after: { ...body } });
      await this.answers.settle(tx, { status: 201, location: `/v1/collections/${body.id}`, body });
      return body;
    });
  }

  async list(orgId: string, query: PageQuery): Promise<Page<CollectionDto>> {
    const page = idPage(query, 'collection');
    const rows = await this.tenants.withTenant(orgId, (tx) => tx.collections.list(page));
    return toPage(rows, page.limit, showCollection, idCursor('collection'));
  }

  async get(orgId: string, id: string): Promise<CollectionDto> {
    const collection = await this.reads.collection(orgId, id);
    if (!collection) throw notFound('collection');
    return showCollection(collection);
  }

  async delete(orgId: string, id: string): Promise<void> {
    await this.tenants.withTenant(orgId, async (tx) => {
      const collection = await tx.collections.find(id);
      if (!collection) throw notFound('collection');
      if (!(await tx.collections.deleteIfEmpty(id))) {
        throw new DocketError(
          'collection.not_empty',
          'The collection holds documents. Move or delete them first.',
        );
      }
      const before = showCollection(collection);
      tx.audit.append({ action: 'collection.delete', subject: before.id, before: { ...before } });
    });
  }
}

function showCollection(row: CollectionRow): CollectionDto {
  return {
    id: toTypeId('collection', row.id),
    name: row.name,
    description: row.description,
    createdAt: row.createdAt.toISOString(),
  };
}
