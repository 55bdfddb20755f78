import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../../access/operation.decorator.js';
import { Caller, type Principal } from '../../access/principal.js';
import { WorkResponder } from '../../http/accepted-work.js';
import { idFrom } from '../../http/ids.js';
import { PageQuery, type Page } from '../../http/page.js';
import { RunHistoryDto } from '../../runs/run.dto.js';
import { RunsService } from '../../runs/runs.service.js';
import {
  ChunkPageDto,
  ContentDto,
  ContentQuery,
  CreateDocumentDto,
  DeletedDocumentDto,
  DOCUMENT_OR_DELETED,
  DocumentDto,
  DocumentPageDto,
  ErasureStartedDto,
  ListDocumentsQuery,
  ListedDocumentsDto,
  StartedDocumentDto,
  UpdateDocumentDto,
  type ChunkDto,
} from './document.dto.js';
import { reuseEvent } from './document.presenter.js';
import { DocumentErasuresService } from './document-erasures.service.js';
import { DocumentsService } from './documents.service.js';
import { InlineDocumentsService } from './inline-documents.service.js';

const ID = { name: 'id', example: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng' };
const PREFER = {
  name: 'Prefer',
  required: false,
  description:
    '`wait=N` (N up to 30) holds the request until the work ends, and answers 200 with the document.',
  example: 'wait=10',
};

@ApiTags('Knowledge')
@Controller('v1/documents')
export class DocumentsController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly inline: InlineDocumentsService,
    private readonly erasures: DocumentErasuresService,
    private readonly runs: RunsService,
    private readonly responder: WorkResponder,
  ) {}

  @Post()
  @HttpCode(202)
  @Operation('createDocument', {
    summary: 'Send a small text without an upload',
    body: true,
    errors: [
      'collection.not_found',
      'document.too_large',
      'document.empty',
      'quota.documents_exceeded',
      'quota.storage_exceeded',
      'quota.runs_exceeded',
      'storage.unavailable',
    ],
  })
  @ApiHeader(PREFER)
  @ApiAcceptedResponse({ type: StartedDocumentDto, description: 'Accepted; `Location` names the document.' })
  @ApiOkResponse({ type: DocumentDto, description: 'With `Prefer: wait`, when the work ended in time.' })
  async create(
    @Caller() caller: Principal,
    @Body() dto: CreateDocumentDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StartedDocumentDto | DocumentDto | DeletedDocumentDto> {
    return this.answer(caller, request, reply, await this.inline.create(caller.orgId, dto));
  }

  @Post(':id/uploaded')
  @HttpCode(202)
  @Operation('confirmUpload', {
    summary: 'Say that the PUT is done',
    description: 'Optional: an upload is noticed without it. Repeating it is harmless.',
    errors: ['document.not_found', 'document.deleted', 'upload.not_received', 'upload.expired'],
  })
  @ApiParam(ID)
  @ApiHeader(PREFER)
  @ApiAcceptedResponse({ type: StartedDocumentDto, description: 'Accepted; `Location` names the document.' })
  @ApiOkResponse({ type: DocumentDto, description: 'With `Prefer: wait`, when the work ended in time.' })
  async confirm(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StartedDocumentDto | DocumentDto | DeletedDocumentDto> {
    const started = await this.documents.confirmUpload(caller.orgId, idFrom('document', id));
    return this.answer(caller, request, reply, started);
  }

  @Post(':id/retry')
  @HttpCode(202)
  @Operation('retryDocument', {
    summary: 'Take the newest version up again, from the step that failed',
    description:
      'What is stored is kept, and the run stays the same. Repeating it while it is under way changes nothing.',
    errors: [
      'document.not_found',
      'document.not_retryable',
      'document.deleted',
      'quota.runs_exceeded',
      'storage.unavailable',
    ],
  })
  @ApiParam(ID)
  @ApiHeader(PREFER)
  @ApiAcceptedResponse({ type: StartedDocumentDto, description: 'Accepted; `Location` names the document.' })
  @ApiOkResponse({ type: DocumentDto, description: 'With `Prefer: wait`, when the work ended in time.' })
  async retry(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StartedDocumentDto | DocumentDto | DeletedDocumentDto> {
    const started = await this.documents.retry(caller.orgId, idFrom('document', id));
    return this.answer(caller, request, reply, started);
  }

  @Get()
  @Operation('listDocuments', {
    summary: 'List documents, newest first',
    errors: ['request.invalid', 'cursor.invalid', 'collection.not_found'],
  })
  @ApiOkResponse({ type: ListedDocumentsDto, description: 'A page of documents.' })
  async list(
    @Caller() caller: Principal,
    @Query() query: ListDocumentsQuery,
  ): Promise<Page<DocumentDto | DeletedDocumentDto>> {
    return this.documents.list(caller.orgId, query);
  }

  @Get(':id')
  @Operation('getDocument', { summary: 'Read a document', errors: ['document.not_found'] })
  @ApiParam(ID)
  @ApiOkResponse({
    schema: DOCUMENT_OR_DELETED,
    description: 'The document; of a deleted one, what is left.',
  })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<DocumentDto | DeletedDocumentDto> {
    return this.documents.get(caller.orgId, idFrom('document', id));
  }

  @Patch(':id')
  @Operation('updateDocument', {
    summary: 'Change title, address, metadata or collection',
    description:
      'Metadata belongs to the document and never touches its content: nothing is processed again.',
    body: true,
    errors: ['document.not_found', 'document.deleted', 'document.external_key_taken', 'collection.not_found'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: DocumentDto, description: 'The document.' })
  async update(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() dto: UpdateDocumentDto,
  ): Promise<DocumentDto> {
    return this.documents.update(caller.orgId, idFrom('document', id), dto);
  }

  @Delete(':id')
  @HttpCode(202)
  @Operation('deleteDocument', {
    summary: 'Erase a document with everything that was made of it',
    description:
      'No search finds it from the answer on. What other documents use of the same bytes stays. The run ends with a receipt as its `result`. Deleting it again answers the same run.',
    errors: ['document.not_found'],
  })
  @ApiParam(ID)
  @ApiHeader(PREFER)
  @ApiAcceptedResponse({
    type: ErasureStartedDto,
    description: 'Accepted; `Location` names the document.',
  })
  @ApiOkResponse({ type: DeletedDocumentDto, description: 'With `Prefer: wait`, when it ended in time.' })
  async erase(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ErasureStartedDto | DocumentDto | DeletedDocumentDto> {
    return this.answer(caller, request, reply, await this.erasures.request(caller, idFrom('document', id)));
  }

  @Get(':id/versions')
  @Operation('listDocumentVersions', {
    summary: 'List the versions of a document, newest first',
    errors: ['document.not_found', 'document.deleted', 'cursor.invalid', 'request.invalid'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: DocumentPageDto, description: 'A page of documents.' })
  async versions(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<DocumentDto>> {
    return this.documents.versions(caller.orgId, idFrom('document', id), query);
  }

  @Get(':id/chunks')
  @Operation('listDocumentChunks', {
    summary: 'List the passages of the searchable version in reading order',
    errors: ['document.not_found', 'document.deleted', 'cursor.invalid', 'request.invalid'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: ChunkPageDto, description: 'A page of passages.' })
  async chunks(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<ChunkDto>> {
    return this.documents.chunks(caller.orgId, idFrom('document', id), query);
  }

  @Get(':id/content')
  @Operation('getDocumentContent', {
    summary: 'Get an address to download the file or its extracted text',
    errors: ['request.invalid', 'document.not_found', 'document.deleted', 'upload.not_received'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: ContentDto, description: 'Where to download it.' })
  async content(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: ContentQuery,
  ): Promise<ContentDto> {
    return this.documents.content(caller.orgId, idFrom('document', id), query.form);
  }

  @Get(':id/history')
  @Operation('getDocumentHistory', {
    summary: 'Read what happened to the newest version, in plain words',
    errors: ['document.not_found'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: RunHistoryDto, description: 'Everything that happened, oldest first.' })
  async history(@Caller() caller: Principal, @Param('id') id: string): Promise<RunHistoryDto> {
    const document = await this.documents.get(caller.orgId, idFrom('document', id));
    return document.runId === null
      ? { data: [reuseEvent(document)] }
      : this.runs.history(caller.orgId, idFrom('run', document.runId));
  }

  private async answer<A extends { documentId: string; runId: string | null }>(
    caller: Principal,
    request: FastifyRequest,
    reply: FastifyReply,
    accepted: A,
  ): Promise<A | DocumentDto | DeletedDocumentDto> {
    return this.responder.answer(request, reply, {
      orgId: caller.orgId,
      location: `/v1/documents/${accepted.documentId}`,
      accepted,
      subject: () => this.documents.get(caller.orgId, idFrom('document', accepted.documentId)),
    });
  }
}
