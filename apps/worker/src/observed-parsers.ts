import type { ParseJob, ParsedContent } from '@docket/adapters/parsing/parse-job';
import type { ParserPool } from '@docket/adapters/parsing/parser-pool';
import { ParserStalled } from '@docket/adapters/parsing/parser-stalled';
import {
  isSupportedMediaType,
  PARSER_BY_MEDIA_TYPE,
  resolveMediaType,
} from '@docket/domain/document/media-types';
import { DocketError } from '@docket/domain/errors';
import { parseObserver } from '@docket/platform/metrics/parse';
import { inSpan } from '@docket/platform/tracing/spans';

/** The pool, with what becomes of each file published by format. */
export function observedParsers(pool: ParserPool): Pick<ParserPool, 'parse'> {
  const observe = parseObserver();
  return {
    async parse(job: ParseJob, signal?: AbortSignal): Promise<ParsedContent> {
      const startedAt = performance.now();
      const mediaType = resolveMediaType(job.declared);
      const kind = isSupportedMediaType(mediaType) ? PARSER_BY_MEDIA_TYPE[mediaType] : 'unknown';
      const sizeBytes = 'bytes' in job.source ? job.source.bytes.byteLength : 0;
      let outcome = 'fault';
      try {
        const content = await inSpan(`parse ${kind}`, { category: 'platform' }, () =>
          pool.parse(job, signal),
        );
        outcome = 'parsed';
        return content;
      } catch (error) {
        if (error instanceof DocketError) outcome = error.code;
        if (error instanceof ParserStalled) outcome = 'stalled';
        throw error;
      } finally {
        observe({ kind, outcome, tookMs: performance.now() - startedAt, sizeBytes });
      }
    },
  };
}
