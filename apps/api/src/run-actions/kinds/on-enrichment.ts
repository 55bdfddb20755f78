import type { RunTable } from '@docket/db/tables/run';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { EnrichmentsService } from '../../tickets/enrichments.service.js';

/** Where the subject of a run is read that is about an enrichment: of a replay the one that is replayed. */
@Injectable()
export abstract class OnEnrichment {
  constructor(private readonly enrichments: EnrichmentsService) {}

  location(run: RunTable): string {
    return `/v1/enrichments/${toTypeId('enrichment', run.subjectId)}`;
  }

  subject(run: RunTable): Promise<object> {
    return this.enrichments.get(run.orgId, run.subjectId);
  }
}
