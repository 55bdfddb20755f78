import { HashedEmbedder } from '@docket/adapters/embedding/hashed';
import { searchPassages, type PassageHit } from '@docket/db/passage-search';
import type { SearchFilter } from '@docket/db/search';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { HASHED_FUSION_WEIGHT } from '@docket/domain/embedding/hashed';
import { DocketError } from '@docket/domain/errors';
import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { ApiSettings } from '../../api-settings.js';
import { resolveCollection } from '../collections/resolve-collection.js';
import type { EmbeddingProfilesDto, SearchDto, SearchHitDto, SearchResultDto } from './search.dto.js';

@Injectable()
export class SearchService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly embedder: HashedEmbedder,
    private readonly settings: ApiSettings,
  ) {}

  /** Any text is a query: what has no words in it finds nothing. */
  async search(orgId: string, dto: SearchDto): Promise<SearchResultDto> {
    const startedAt = performance.now();
    const text = dto.query.replaceAll('\0', ' ');
    const limit = this.settings.values.QUERY_MAX_BYTES;
    if (Buffer.byteLength(text) > limit) {
      throw new DocketError('request.invalid', `The query is longer than ${limit} bytes. Shorten it.`, {
        problems: [{ path: 'query', code: 'too_long', message: `must have at most ${limit} bytes` }],
      });
    }
    const [values] = await this.embedder.embed([text]);
    const { hits, profile } = await this.tenants.withTenant(orgId, async (tx) => {
      const active = await tx.search.activeProfile();
      const filter = await toFilter(tx, dto);
      const found = await searchPassages(
        tx,
        {
          text,
          vector:
            values && active.provider === this.embedder.provider ? { profileId: active.id, values } : null,
          mode: dto.mode,
          filter,
          limit: dto.limit,
        },
        HASHED_FUSION_WEIGHT,
      );
      return { hits: found, profile: active };
    });
    return {
      hits: hits.map(showHit),
      embedding: { provider: profile.provider, model: profile.model },
      tookMs: Math.round(performance.now() - startedAt),
    };
  }

  async profiles(orgId: string): Promise<EmbeddingProfilesDto> {
    const profiles = await this.tenants.withTenant(orgId, (tx) => tx.search.profiles());
    return {
      data: profiles.map(({ publicId, ...profile }) => ({
        id: toTypeId('embeddingProfile', publicId),
        ...profile,
      })),
      nextCursor: null,
    };
  }
}

async function toFilter(tx: TenantTransaction, dto: SearchDto): Promise<SearchFilter> {
  const { metadata, documentIds, mediaType } = dto.filter ?? {};
  return {
    ...(dto.collection ? { collectionId: await resolveCollection(tx, dto.collection, 'refuse') } : {}),
    // What is no id, or another org's, matches nothing: it cannot be told from a document that does not exist.
    ...(documentIds ? { documentIds: documentIds.flatMap((id) => parseTypeId('document', id) ?? []) } : {}),
    ...(mediaType ? { mediaType } : {}),
    ...(metadata ? { metadata } : {}),
  };
}

function showHit(hit: PassageHit): SearchHitDto {
  const [document, ...others] = hit.documents;
  if (!document) throw new Error(`passage ${hit.chunkId} belongs to no document`);
  return {
    chunkId: toTypeId('chunk', hit.chunkId),
    documentId: toTypeId('document', document.id),
    alsoIn: others.map(({ id }) => toTypeId('document', id)),
    title: document.title,
    sectionPath: hit.sectionPath,
    page: hit.page,
    sourceUrl: document.sourceUrl,
    text: hit.text,
    charStart: hit.charStart,
    charEnd: hit.charEnd,
    score: Number(hit.score.toFixed(6)),
    lexicalRank: hit.lexicalRank,
    vectorRank: hit.vectorRank,
  };
}
