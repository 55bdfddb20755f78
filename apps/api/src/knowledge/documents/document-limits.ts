import { DocketError } from '@docket/domain/errors';
import { isSupportedMediaType, PARSER_BY_MEDIA_TYPE } from '@docket/domain/document/media-types';
import type { ApiConfig } from '../../api-settings.js';

/** @throws DocketError `document.type_unsupported` or `document.too_large`, before anything is uploaded */
export function assertAcceptable(config: ApiConfig, mediaType: string, sizeBytes: number): void {
  if (!isSupportedMediaType(mediaType)) {
    throw new DocketError(
      'document.type_unsupported',
      `Files of the type ${mediaType} cannot be read. Send one of ${Object.keys(PARSER_BY_MEDIA_TYPE).join(', ')}.`,
    );
  }
  if (sizeBytes > config.FILE_MAX_BYTES) {
    throw new DocketError(
      'document.too_large',
      `The file has ${sizeBytes} bytes; the limit is ${config.FILE_MAX_BYTES}. Split it and upload the parts.`,
    );
  }
}
