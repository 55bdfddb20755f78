import type { EnrichmentDecision } from '@docket/db/decisions';
import type { Enrichment } from '@docket/db/enrichments';
import type { RetrievedPassage } from '@docket/db/evidence';
import type { ModelCall } from '@docket/db/model-calls';
import { compareResults, type ResultDiff } from '@docket/domain/enrichment/compare';
import { passageLabel, type EnrichmentResult, type ResultCitation } from '@docket/domain/enrichment/result';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { TokenUsage } from '@docket/domain/model/token-usage';
import { TICKET_ENRICHMENT_PROMPT } from '@docket/domain/prompt/ticket-enrichment';
import type { CitationDto } from './citation.dto.js';
import type { DecisionDto } from './decision.dto.js';
import type { ReplayDto, ResultDiffDto } from './replay.dto.js';
import type { EnrichmentDto, EnrichmentResultDto, TraceDto } from './enrichment.dto.js';

export function showEnrichment(
  enrichment: Enrichment,
  citations: readonly (ResultCitation & { enrichmentId: string })[],
): EnrichmentDto {
  const own = citations.filter(({ enrichmentId }) => enrichmentId === enrichment.id);
  return {
    id: toTypeId('enrichment', enrichment.id),
    ticketId: toTypeId('ticket', enrichment.ticketId),
    revision: enrichment.revision,
    state: enrichment.state,
    step: enrichment.step,
    result: enrichment.result && showResult(enrichment.result, own),
    error:
      enrichment.errorCode === null
        ? null
        : { code: enrichment.errorCode, message: enrichment.errorMessage ?? '' },
    runId: toTypeId('run', enrichment.runId),
    createdAt: enrichment.createdAt.toISOString(),
    endedAt: enrichment.endedAt?.toISOString() ?? null,
  };
}

function showResult(
  { suggestedReply, ...rest }: NonNullable<Enrichment['result']>,
  citations: readonly ResultCitation[],
): EnrichmentResultDto {
  return {
    ...rest,
    suggestedReply: suggestedReply && { text: suggestedReply.text, citations: citations.map(showCitation) },
  };
}

function showCitation(citation: ResultCitation): CitationDto {
  const { marker, title, sourceUrl, quote, charStart, charEnd } = citation;
  return {
    marker,
    chunkId: toTypeId('chunk', citation.chunkId),
    documentId: toTypeId('document', citation.documentId),
    title,
    sourceUrl,
    quote,
    charStart,
    charEnd,
  };
}

export function showDecision(wait: EnrichmentDecision): DecisionDto {
  const { decision, reply, reason, decidedBy } = wait;
  return {
    ...{ decision, reply, reason, decidedBy },
    decidedAt: wait.decidedAt?.toISOString() ?? null,
    awaitedSince: wait.createdAt.toISOString(),
    remindedAt: wait.remindedAt?.toISOString() ?? null,
    expiresAt: wait.expiresAt.toISOString(),
    runId: toTypeId('run', wait.runId),
  };
}

/** @param original its result as it is now */
export function showReplay(
  replay: Enrichment,
  original: EnrichmentResult | null,
  result: EnrichmentResult | null,
): ReplayDto | null {
  const { replayOf, replayNumber, passagesFrom, isTrial } = replay;
  if (replayOf === null) return null;
  return {
    replayOf: toTypeId('enrichment', replayOf),
    number: replayNumber ?? 0,
    passages: passagesFrom ?? 'pinned',
    isTest: isTrial,
    diff: result && showDiff(compareResults(original, result)),
  };
}

function showDiff({ changed, fields, citations }: ResultDiff): ResultDiffDto {
  const { kept, added, removed } = citations;
  return {
    changed,
    fields,
    citations: {
      kept: kept.map(showCitation),
      added: added.map(showCitation),
      removed: removed.map(showCitation),
    },
  };
}

export function showTrace(
  enrichment: Enrichment,
  passages: readonly (RetrievedPassage & { rank: number })[],
  calls: readonly ModelCall[],
  workflowId: string | null,
): TraceDto {
  const { evidence } = enrichment;
  return {
    prompt: { name: TICKET_ENRICHMENT_PROMPT, version: enrichment.promptVersion },
    taxonomyVersion: enrichment.taxonomyVersion,
    retrieval: evidence && {
      query: evidence.query,
      confidence: evidence.retrievalConfidence,
      signals: evidence.signals,
    },
    passages: passages.map(showPassage),
    exampleIds: enrichment.exampleIds.map((id) => toTypeId('example', id)),
    calls: calls.map(showCall),
    repaired: enrichment.repaired,
    problems: enrichment.problems,
    tokens: totalTokens(calls),
    costMicros: calls.some(({ costMicros }) => costMicros === null)
      ? null
      : calls.reduce((sum, { costMicros }) => sum + (costMicros ?? 0), 0),
    currency: 'USD',
    timings: enrichment.timings,
    workerBuild: enrichment.workerBuild,
    workflowId,
  };
}

function showPassage(passage: RetrievedPassage & { rank: number }): TraceDto['passages'][number] {
  const { rank, score, lexicalRank, vectorRank, title, sourceUrl, sectionPath, text } = passage;
  return {
    label: passageLabel(rank - 1),
    rank,
    score,
    lexicalRank,
    vectorRank,
    chunkId: toTypeId('chunk', passage.chunkId),
    documentId: toTypeId('document', passage.documentId),
    title,
    sourceUrl,
    sectionPath,
    text,
  };
}

function showCall(call: ModelCall): TraceDto['calls'][number] {
  const { id: _, usage, stopDetail, createdAt, ...rest } = call;
  return { ...rest, detail: stopDetail, tokens: usage, at: createdAt.toISOString() };
}

function totalTokens(calls: readonly ModelCall[]): TokenUsage {
  const sum = (of: (usage: TokenUsage) => number): number =>
    calls.reduce((total, { usage }) => total + of(usage), 0);
  return {
    input: sum(({ input }) => input),
    output: sum(({ output }) => output),
    cacheRead: sum(({ cacheRead }) => cacheRead),
    cacheWrite: sum(({ cacheWrite }) => cacheWrite),
  };
}
