import { DocketError } from '@docket/domain/errors';
import { isSupportedMediaType } from '@docket/domain/document/limits';
import type { ApiConfig } from '../../api-settings.js';

/** The type as it counts: lower case, without parameters such as a charset. */
export function normaliseMediaType(declared: string): string {
  return (declared.split(';')[0] ?? '').trim().toLowerCase();
}

/** @throws DocketError `document.type_unsupported` or `document.too_large`, before anything is uploaded */
export function assertAcceptable(config: ApiConfig, mediaType: string, sizeBytes: number): void {
  if (!isSupportedMediaType(mediaType)) {
    throw new DocketError(
      'document.type_unsupported',
      `Files of the type ${mediaType} cannot be read. Send text/markdown, text/plain or text/html.`,
    );
  }
  if (sizeBytes > config.FILE_MAX_BYTES) {
    throw new DocketError(
      'document.too_large',
      `The file has ${sizeBytes} bytes; the limit is ${config.FILE_MAX_BYTES}. Split it and upload the parts.`,
    );
  }
}
