import type { EntityManager } from 'typeorm';
import { AlertRuleRepository } from '../alerts/alert-rule.repository.js';
import { ApiKeyRepository } from '../access/api-key.repository.js';
import { OrgRepository } from '../access/org.repository.js';
import { AuditRepository } from '../audit/audit.repository.js';
import { EnrichmentBatchRepository } from '../batches/enrichment-batch.repository.js';
import { BatchRepository } from '../batches/batch.repository.js';
import { MessageBatchRepository } from '../batches/message-batch.repository.js';
import { ReplayBatchRepository } from '../batches/replay-batch.repository.js';
import { ChunkRepository } from '../documents/chunk.repository.js';
import { CollectionRepository } from '../documents/collection.repository.js';
import { ContentRepository } from '../documents/content.repository.js';
import { DocumentRepository } from '../documents/document.repository.js';
import { UploadRepository } from '../documents/upload.repository.js';
import { VersionRepository } from '../documents/version.repository.js';
import { IdempotencyRepository } from '../idempotency/idempotency.repository.js';
import { InvitationRepository } from '../people/invitation.repository.js';
import { MembershipRepository } from '../people/membership.repository.js';
import { TeamRepository } from '../people/team.repository.js';
import { ContentErasureRepository } from '../erasure/content-erasure.repository.js';
import { EnrichmentErasureRepository } from '../erasure/enrichment-erasure.repository.js';
import { DocumentErasureRepository } from '../erasure/document-erasure.repository.js';
import { ObjectDeletionRepository } from '../erasure/object-deletion.repository.js';
import { BudgetRepository } from '../limits/budget.repository.js';
import { PlanRepository } from '../limits/plan.repository.js';
import { FailureRepository } from '../runs/failure.repository.js';
import { RunRepository } from '../runs/run.repository.js';
import { LexemeRepository } from '../search/lexeme.repository.js';
import { PostingRepository } from '../search/posting.repository.js';
import { SearchRepository } from '../search/search.repository.js';
import { PromptRepository } from '../prompts/prompt.repository.js';
import { DecisionRepository } from '../tickets/decision.repository.js';
import { EnrichmentRepository } from '../tickets/enrichment.repository.js';
import { EvidenceRepository } from '../tickets/evidence.repository.js';
import { ExampleRepository } from '../tickets/example.repository.js';
import { ModelCallRepository } from '../tickets/model-call.repository.js';
import { ProviderLimitRepository } from '../tickets/provider-limit.repository.js';
import { ReplayRepository } from '../tickets/replay.repository.js';
import { TaxonomyRepository } from '../tickets/taxonomy.repository.js';
import { TicketRepository } from '../tickets/ticket.repository.js';
import { WebhookDeliveryRepository } from '../webhooks/webhook-delivery.repository.js';
import { WebhookRepository } from '../webhooks/webhook.repository.js';
import { timeRepositories } from './timed-methods.js';

/** One open transaction of one org, and the repositories that work in it. */
export class TenantTransaction {
  /** One for the whole transaction: it gathers what is written at its end. */
  readonly audit: AuditRepository;

  constructor(
    readonly orgId: string,
    readonly manager: EntityManager,
  ) {
    this.audit = new AuditRepository(orgId, manager);
  }

  get orgs(): OrgRepository {
    return new OrgRepository(this.orgId, this.manager);
  }
  get budgets(): BudgetRepository {
    return new BudgetRepository(this.orgId, this.manager);
  }
  get plans(): PlanRepository {
    return new PlanRepository(this.orgId, this.manager);
  }
  get apiKeys(): ApiKeyRepository {
    return new ApiKeyRepository(this.orgId, this.manager);
  }
  get idempotency(): IdempotencyRepository {
    return new IdempotencyRepository(this.orgId, this.manager);
  }
  get memberships(): MembershipRepository {
    return new MembershipRepository(this.orgId, this.manager);
  }
  get teams(): TeamRepository {
    return new TeamRepository(this.orgId, this.manager);
  }
  get invitations(): InvitationRepository {
    return new InvitationRepository(this.orgId, this.manager);
  }
  get collections(): CollectionRepository {
    return new CollectionRepository(this.orgId, this.manager);
  }
  get documents(): DocumentRepository {
    return new DocumentRepository(this.orgId, this.manager);
  }
  get versions(): VersionRepository {
    return new VersionRepository(this.orgId, this.manager);
  }
  get uploads(): UploadRepository {
    return new UploadRepository(this.orgId, this.manager);
  }
  get contents(): ContentRepository {
    return new ContentRepository(this.orgId, this.manager);
  }
  get chunks(): ChunkRepository {
    return new ChunkRepository(this.orgId, this.manager);
  }
  get erasures(): DocumentErasureRepository {
    return new DocumentErasureRepository(this.orgId, this.manager);
  }
  get enrichmentErasures(): EnrichmentErasureRepository {
    return new EnrichmentErasureRepository(this.orgId, this.manager);
  }
  get contentErasures(): ContentErasureRepository {
    return new ContentErasureRepository(this.orgId, this.manager);
  }
  get objectDeletions(): ObjectDeletionRepository {
    return new ObjectDeletionRepository(this.orgId, this.manager);
  }
  get runs(): RunRepository {
    return new RunRepository(this.orgId, this.manager);
  }
  get enrichmentBatches(): EnrichmentBatchRepository {
    return new EnrichmentBatchRepository(this.orgId, this.manager);
  }
  get batches(): BatchRepository {
    return new BatchRepository(this.orgId, this.manager);
  }
  get replayBatches(): ReplayBatchRepository {
    return new ReplayBatchRepository(this.orgId, this.manager);
  }
  get messageBatches(): MessageBatchRepository {
    return new MessageBatchRepository(this.orgId, this.manager);
  }
  get failures(): FailureRepository {
    return new FailureRepository(this.orgId, this.manager);
  }
  get lexemes(): LexemeRepository {
    return new LexemeRepository(this.orgId, this.manager);
  }
  get search(): SearchRepository {
    return new SearchRepository(this.orgId, this.manager);
  }
  get postings(): PostingRepository {
    return new PostingRepository(this.orgId, this.manager);
  }
  get tickets(): TicketRepository {
    return new TicketRepository(this.orgId, this.manager);
  }
  get enrichments(): EnrichmentRepository {
    return new EnrichmentRepository(this.orgId, this.manager);
  }
  get decisions(): DecisionRepository {
    return new DecisionRepository(this.orgId, this.manager);
  }
  get replays(): ReplayRepository {
    return new ReplayRepository(this.orgId, this.manager);
  }
  get evidence(): EvidenceRepository {
    return new EvidenceRepository(this.orgId, this.manager);
  }
  get modelCalls(): ModelCallRepository {
    return new ModelCallRepository(this.orgId, this.manager);
  }
  get taxonomies(): TaxonomyRepository {
    return new TaxonomyRepository(this.orgId, this.manager);
  }
  get examples(): ExampleRepository {
    return new ExampleRepository(this.orgId, this.manager);
  }
  get prompts(): PromptRepository {
    return new PromptRepository(this.orgId, this.manager);
  }
  get alertRules(): AlertRuleRepository {
    return new AlertRuleRepository(this.orgId, this.manager);
  }
  get webhooks(): WebhookRepository {
    return new WebhookRepository(this.orgId, this.manager);
  }
  get webhookDeliveries(): WebhookDeliveryRepository {
    return new WebhookDeliveryRepository(this.orgId, this.manager);
  }
  get providerLimits(): ProviderLimitRepository {
    return new ProviderLimitRepository(this.orgId, this.manager);
  }
}

timeRepositories(TenantTransaction.prototype);
