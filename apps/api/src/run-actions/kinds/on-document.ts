import type { RunTable } from '@docket/db/tables/run';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { DocumentsService } from '../../knowledge/documents/documents.service.js';

/** Where the subject of a run is read that is about a document. */
@Injectable()
export abstract class OnDocument {
  constructor(private readonly documents: DocumentsService) {}

  location(run: RunTable): string {
    return `/v1/documents/${toTypeId('document', run.subjectId)}`;
  }

  subject(run: RunTable): Promise<object> {
    return this.documents.get(run.orgId, run.subjectId);
  }
}
