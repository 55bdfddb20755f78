import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Operation } from '../../access/operation.decorator.js';
import { Caller, type Principal } from '../../access/principal.js';
import { CreateUploadDto, UploadDto } from './upload.dto.js';
import { UploadsService } from './uploads.service.js';

@ApiTags('Knowledge')
@Controller('v1/uploads')
export class UploadsController {
  constructor(private readonly uploads: UploadsService) {}

  @Post()
  @Operation('createUpload', {
    summary: 'Announce a file and get an address to put it to',
    description:
      'Send the bytes with a PUT to `upload.url` with `upload.headers`. The document is then checked, parsed, cut into passages, embedded and searchable without a further call. When your organisation has exactly these bytes indexed, there is nothing to upload.',
    body: true,
    errors: [
      'collection.not_found',
      'document.type_unsupported',
      'document.too_large',
      'quota.documents_exceeded',
      'quota.storage_exceeded',
      'quota.runs_exceeded',
    ],
  })
  @ApiCreatedResponse({ type: UploadDto, description: 'Put the file to `upload.url`.' })
  @ApiOkResponse({
    type: UploadDto,
    description: 'The bytes were indexed before; `upload` and `runId` are null.',
  })
  async create(
    @Caller() caller: Principal,
    @Body() dto: CreateUploadDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadDto> {
    const upload = await this.uploads.create(caller.orgId, dto);
    void reply.status(upload.reused ? 200 : 201);
    return upload;
  }
}
