import {
  ENRICHMENT_STATES,
  ENRICHMENT_STEPS,
  type EnrichmentState,
  type EnrichmentStep,
} from '@docket/domain/enrichment/state-rules';
import { ABSTAIN_REASONS, type AbstainReason } from '@docket/domain/enrichment/result';
import { SENTIMENTS, type Sentiment } from '@docket/domain/enrichment/model-reply';
import { ApiProperty } from '@nestjs/swagger';
import { CitationDto } from './citation.dto.js';
import { DecisionDto } from './decision.dto.js';
import { ReplayDto } from './replay.dto.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

const DOCUMENT = 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng';
const CHUNK = 'chk_01k8m3zq4yfk5tx2w7c9v1b6ng';

class SuggestedReplyDto {
  @ApiProperty({ example: 'The export runs every night at two. [1]' }) text!: string;
  @ApiProperty({ type: [CitationDto] }) citations!: CitationDto[];
}

class CategoryDto {
  @ApiProperty({ example: 'billing' }) key!: string;
  @ApiProperty({ example: 0.92 }) confidence!: number;
}

class PriorityDto {
  @ApiProperty({ example: 'normal' }) key!: string;
  @ApiProperty({ example: 'A question; nobody is kept from working.' }) reason!: string;
}

export class EnrichmentResultDto {
  @ApiProperty({ example: 'Asks when the payroll export runs.' }) summary!: string;
  @ApiProperty({ example: 'en' }) language!: string;
  @ApiProperty({ type: CategoryDto }) category!: CategoryDto;
  @ApiProperty({ type: PriorityDto }) priority!: PriorityDto;
  @ApiProperty({ enum: SENTIMENTS, example: 'neutral' }) sentiment!: Sentiment;
  @ApiProperty({ type: [String], example: ['export'] }) tags!: string[];
  @ApiProperty({ type: String, nullable: true, example: 'support' }) team!: string | null;
  @ApiProperty({ example: true }) answerable!: boolean;
  @ApiProperty({ enum: ABSTAIN_REASONS, nullable: true, example: null }) abstainReason!: AbstainReason | null;
  @ApiProperty({ type: SuggestedReplyDto, nullable: true }) suggestedReply!: SuggestedReplyDto | null;
  @ApiProperty({ example: 'extractive' }) provider!: string;
  @ApiProperty({ example: 'extractive-1' }) model!: string;
}

class EnrichmentErrorDto {
  @ApiProperty({ example: 'model.refused' }) code!: string;
  @ApiProperty({ example: 'The model refused: it gave no reason.' }) message!: string;
}

export class EnrichmentDto {
  @ApiProperty({ example: 'enr_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'tkt_01k8m3zq4yfk5tx2w7c9v1b6ng' }) ticketId!: string;
  @ApiInteger({ description: 'Revision of the ticket it is about.', example: 1 }) revision!: number;
  @ApiProperty({ enum: ENRICHMENT_STATES, example: 'ready' }) state!: EnrichmentState;
  @ApiProperty({ enum: ENRICHMENT_STEPS, nullable: true, example: 'store' }) step!: EnrichmentStep | null;
  @ApiProperty({ type: EnrichmentResultDto, nullable: true }) result!: EnrichmentResultDto | null;
  @ApiProperty({ type: EnrichmentErrorDto, nullable: true, example: null }) error!: EnrichmentErrorDto | null;
  @ApiProperty({ example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' }) runId!: string;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:34.120Z' }) endedAt!: string | null;
}

export class EnrichmentPageDto {
  @ApiProperty({ type: [EnrichmentDto] }) data!: EnrichmentDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class TokensDto {
  @ApiInteger({ format: 'int64', example: 1800 }) input!: number;
  @ApiInteger({ format: 'int64', example: 320 }) output!: number;
  @ApiInteger({ format: 'int64', example: 1400 }) cacheRead!: number;
  @ApiInteger({ format: 'int64', example: 0 }) cacheWrite!: number;
}

class PromptUsedDto {
  @ApiProperty({ example: 'ticket-enrichment' }) name!: string;
  @ApiInteger({ nullable: true, example: 1 }) version!: number | null;
}

class PassageDto {
  @ApiProperty({ description: 'Under this label the model saw it.', example: 'P1' }) label!: string;
  @ApiInteger({ example: 1 }) rank!: number;
  @ApiProperty({ example: 0.87 }) score!: number;
  @ApiInteger({ nullable: true, example: 1 }) lexicalRank!: number | null;
  @ApiInteger({ nullable: true, example: null }) vectorRank!: number | null;
  @ApiProperty({ example: CHUNK }) chunkId!: string;
  @ApiProperty({ example: DOCUMENT }) documentId!: string;
  @ApiProperty({ example: 'Payroll exports' }) title!: string;
  @ApiProperty({ type: String, nullable: true, example: null }) sourceUrl!: string | null;
  @ApiProperty({ type: [String], example: ['Timing'] }) sectionPath!: string[];
  @ApiProperty({ example: 'The export runs every night at 02:00.' }) text!: string;
}

class SignalsDto {
  @ApiProperty({ example: 3.1 }) lexical!: number;
  @ApiProperty({ example: 0.42 }) character!: number;
}

class RetrievalDto {
  @ApiProperty({ description: 'What the knowledge base was searched for.', example: 'Night export missing' })
  query!: string;
  @ApiProperty({ description: 'Belief that the passages hold an answer, 0 to 1.', example: 0.8 })
  confidence!: number;
  @ApiProperty({ type: SignalsDto }) signals!: SignalsDto;
}

class ModelParametersDto {
  @ApiProperty({ description: 'How much the model may think before it answers.', example: 'low' })
  effort!: string;
  @ApiInteger({ description: 'Tokens that an answer may have.', example: 8000 }) maxOutputTokens!: number;
}

class ModelCallDto {
  @ApiInteger({ description: '0 asks, 1 repairs.', example: 0 }) round!: number;
  @ApiInteger({ description: 'Attempt of the activity that made it.', example: 1 }) attempt!: number;
  @ApiProperty({ example: 'anthropic' }) provider!: string;
  @ApiProperty({ example: 'claude-sonnet-5-5' }) modelAsked!: string;
  @ApiProperty({ type: String, nullable: true, example: 'claude-sonnet-5-5' }) modelAnswered!: string | null;
  @ApiProperty({
    type: ModelParametersDto,
    nullable: true,
    description: 'As they were asked for; null for calls from before they were noted.',
  })
  parameters!: ModelParametersDto | null;
  @ApiProperty({ description: 'SHA-256 of all that was asked, the fences apart.', example: 'b94d27b9…' })
  requestHash!: string;
  @ApiProperty({
    description: '`completed`, `refused` or `truncated`; the error code of a call without an answer.',
    example: 'completed',
  })
  outcome!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The raw output, unchecked.',
    example: '{"summary":…}',
  })
  output!: string | null;
  @ApiProperty({ type: String, nullable: true, example: null }) detail!: string | null;
  @ApiProperty({ type: TokensDto }) tokens!: TokensDto;
  @ApiInteger({
    format: 'int64',
    nullable: true,
    description: 'Millionths of a US dollar; null for a model without a price.',
    example: 5300,
  })
  costMicros!: number | null;
  @ApiInteger({
    format: 'int64',
    example: 1200,
    description: "What the provider's cache of prompts took off the price; below zero where it added to it.",
  })
  savedMicros!: number;
  @ApiProperty({ description: 'Asked in a message batch, at its lower price.', example: false })
  isBatched!: boolean;
  @ApiInteger({
    format: 'int64',
    description: 'What that took off, in millionths of a US dollar.',
    example: 0,
  })
  batchSavedMicros!: number;
  @ApiProperty({ type: String, nullable: true, example: '2026-11-22' }) priceTable!: string | null;
  @ApiInteger({ example: 2310 }) latencyMs!: number;
  @ApiProperty({ type: String, nullable: true, example: 'req_011CS…' }) providerRequestId!: string | null;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) at!: string;
  @ApiProperty({
    description:
      'Whether it counts no longer: the same was asked again after it. Its cost was paid all the same.',
    example: false,
  })
  setAside!: boolean;
}

export class TraceDto {
  @ApiProperty({ type: PromptUsedDto }) prompt!: PromptUsedDto;
  @ApiInteger({ nullable: true, example: 1 }) taxonomyVersion!: number | null;
  @ApiProperty({ type: RetrievalDto, nullable: true }) retrieval!: RetrievalDto | null;
  @ApiProperty({ type: [PassageDto], description: 'What the model saw; erased passages are left out.' })
  passages!: PassageDto[];
  @ApiProperty({ type: [String], example: ['exa_01k8m3zq4yfk5tx2w7c9v1b6ng'] }) exampleIds!: string[];
  @ApiProperty({ type: [ModelCallDto], description: 'Every call, failed ones too, oldest first.' })
  calls!: ModelCallDto[];
  @ApiProperty({ description: 'Whether the model was asked to mend its answer.', example: false })
  repaired!: boolean;
  @ApiProperty({ type: [String], description: 'What the checks found.', example: [] }) problems!: string[];
  @ApiProperty({ type: TokensDto, description: 'Of all calls.' }) tokens!: TokensDto;
  @ApiInteger({ format: 'int64', nullable: true, example: 5300 }) costMicros!: number | null;
  @ApiProperty({ example: 'USD' }) currency!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Milliseconds by step.',
    example: { retrieveMs: 21, askMs: 2310, checkMs: 2 },
  })
  timings!: Record<string, number>;
  @ApiProperty({ type: String, nullable: true, example: '3f2a91bc04de' }) workerBuild!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'ticket-enrichment:org_…:tkt_…' }) workflowId!:
    string | null;
}

export class EnrichmentWithTraceDto extends EnrichmentDto {
  @ApiProperty({
    type: DecisionDto,
    nullable: true,
    description: 'Null where nobody is, or was, to decide.',
  })
  decision!: DecisionDto | null;
  @ApiProperty({
    type: ReplayDto,
    nullable: true,
    description: 'Null for an enrichment that answers its ticket.',
  })
  replay!: ReplayDto | null;
  @ApiProperty({ type: TraceDto }) trace!: TraceDto;
}
