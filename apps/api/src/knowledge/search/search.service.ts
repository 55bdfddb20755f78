import { EmbeddingProfiles } from '@docket/db/embedding-profiles';
import { searchPassages, type PassageHit } from '@docket/db/passage-search';
import type { SearchFilter } from '@docket/db/search';
import { StageClock } from '@docket/db/stage-clock';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import { searchStageObserver } from '@docket/platform/metrics/search';
import { Injectable } from '@nestjs/common';
import { ApiSettings } from '../../api-settings.js';
import { resolveCollection } from '../collections/resolve-collection.js';
import { showEmbeddingProfileToOrgs, type EmbeddingProfilesDto } from './embedding-profile.dto.js';
import { QueryVector } from './query-vector.js';
import { Reranking } from './reranking.js';
import type { SearchDto, SearchHitDto, SearchResultDto } from './search.dto.js';

@Injectable()
export class SearchService {
  private readonly observe = searchStageObserver();

  constructor(
    private readonly tenants: TenantDatabase,
    private readonly embeddingProfiles: EmbeddingProfiles,
    private readonly queryVector: QueryVector,
    private readonly reranking: Reranking,
    private readonly settings: ApiSettings,
  ) {}

  /** Any text is a query: what has no words in it finds nothing. */
  async search(orgId: string, dto: SearchDto): Promise<SearchResultDto> {
    const startedAt = performance.now();
    const clock = new StageClock(this.observe);
    // Postgres holds no NUL and no half of a surrogate pair; neither is a word.
    const text = dto.query.replaceAll('\0', ' ').toWellFormed();
    const limit = this.settings.values.QUERY_MAX_BYTES;
    if (Buffer.byteLength(text) > limit) {
      throw new DocketError('request.invalid', `The query is longer than ${limit} bytes. Shorten it.`, {
        problems: [{ path: 'query', code: 'too_long', message: `must have at most ${limit} bytes` }],
      });
    }
    // Read before the transaction: a switch between here and there leaves the old profile complete for its standby.
    const profile = await this.embeddingProfiles.active();
    clock.end('profile');
    const values = await this.queryVector.of(profile, text, dto.mode);
    clock.end('query_vector');
    const candidates = this.reranking.candidates(dto.limit, dto.rerank);
    const found = await this.tenants.withTenant(orgId, async (tx) => {
      const filter = await toFilter(tx, dto);
      clock.end('begin');
      const vector = values && { profileId: profile.id, values };
      return searchPassages(
        tx,
        { text, vector, mode: dto.mode, filter, limit: candidates, foldsDuplicates: true },
        profile.fusionWeight,
        clock,
      );
    });
    clock.end('commit');
    const { hits, reranking } = await this.reranking.apply(text, found, dto.rerank);
    clock.end('reranker');
    const shown = hits.slice(0, dto.limit).map(showHit);
    clock.end('answer');
    return {
      hits: shown,
      reranking,
      embedding: { provider: profile.provider, model: profile.model },
      tookMs: Math.round(performance.now() - startedAt),
    };
  }

  async profiles(): Promise<EmbeddingProfilesDto> {
    return { data: (await this.embeddingProfiles.list()).map(showEmbeddingProfileToOrgs), nextCursor: null };
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
    similarChunkIds: hit.similar.map((id) => toTypeId('chunk', id)),
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
