import { Module } from '@nestjs/common';
import { WorkResponder } from '../http/accepted-work.js';
import { RunsModule } from '../runs/runs.module.js';
import { CollectionsController } from './collections/collections.controller.js';
import { CollectionsService } from './collections/collections.service.js';
import { DocumentErasuresService } from './documents/document-erasures.service.js';
import { DocumentIntake } from './documents/document-intake.js';
import { DocumentsController } from './documents/documents.controller.js';
import { DocumentsService } from './documents/documents.service.js';
import { IngestRuns } from './documents/ingest-runs.service.js';
import { InlineDocumentsService } from './documents/inline-documents.service.js';
import { UploadAnnouncer } from './documents/upload-announcer.js';
import { QueryVector } from './search/query-vector.js';
import { Reranking } from './search/reranking.js';
import { SearchController } from './search/search.controller.js';
import { SearchService } from './search/search.service.js';
import { UploadsController } from './uploads/uploads.controller.js';
import { UploadsService } from './uploads/uploads.service.js';

@Module({
  imports: [RunsModule],
  controllers: [UploadsController, DocumentsController, CollectionsController, SearchController],
  providers: [
    CollectionsService,
    DocumentErasuresService,
    DocumentIntake,
    DocumentsService,
    IngestRuns,
    InlineDocumentsService,
    QueryVector,
    Reranking,
    SearchService,
    UploadAnnouncer,
    UploadsService,
    WorkResponder,
  ],
  exports: [DocumentErasuresService, DocumentsService, IngestRuns],
})
export class KnowledgeModule {}
