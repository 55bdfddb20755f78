import { rolesFrom, type Role } from '@docket/domain/access/roles';
import type { Scope } from './scopes.js';

/** Who may call an operation. Each kind of credential is good for its own kind of operation and for no other. */
export type OperationRule =
  /** Anybody, without a credential. */
  | { credential: 'none' }
  /** An API key with the scope, or a person with one of the roles, in the organisation the credential speaks for. */
  | { credential: 'tenant'; scope: Scope | 'any'; roles: readonly Role[] }
  /** A person who is signed in, for what is theirs whatever their role; API keys are nobody. */
  | { credential: 'person' }
  /** Whoever operates the whole installation. */
  | { credential: 'operator' };

/** An operation of an organisation: the scope a key needs, and the least role a person needs. */
function tenant(scope: Scope | 'any', lowestRole: Role): OperationRule & { credential: 'tenant' } {
  return { credential: 'tenant', scope, roles: rolesFrom(lowestRole) };
}
const PERSON = { credential: 'person' } as const;
const OPERATOR = { credential: 'operator' } as const;
const OPEN = { credential: 'none' } as const;

/**
 * Every operation of the API and what it takes to call it. The guard, OpenAPI, docs/roles.md and the tests read this
 * table; an operation that is not in it cannot be declared.
 */
export const OPERATIONS = {
  createUpload: tenant('documents:write', 'agent'),
  createDocument: tenant('documents:write', 'agent'),
  confirmUpload: tenant('documents:write', 'agent'),
  retryDocument: tenant('documents:write', 'agent'),
  listDocuments: tenant('documents:read', 'viewer'),
  getDocument: tenant('documents:read', 'viewer'),
  updateDocument: tenant('documents:write', 'agent'),
  deleteDocument: tenant('documents:write', 'agent'),
  listDocumentVersions: tenant('documents:read', 'viewer'),
  listDocumentChunks: tenant('documents:read', 'viewer'),
  getDocumentContent: tenant('documents:read', 'viewer'),
  getDocumentHistory: tenant('documents:read', 'viewer'),
  createCollection: tenant('documents:write', 'agent'),
  listCollections: tenant('documents:read', 'viewer'),
  getCollection: tenant('documents:read', 'viewer'),
  deleteCollection: tenant('documents:write', 'agent'),
  search: tenant('search', 'viewer'),
  listEmbeddingProfiles: tenant('documents:read', 'viewer'),
  createTicket: tenant('tickets:write', 'agent'),
  importTickets: tenant('tickets:write', 'agent'),
  listTickets: tenant('tickets:read', 'viewer'),
  getTicket: tenant('tickets:read', 'viewer'),
  enrichTicket: tenant('tickets:write', 'agent'),
  listTicketEnrichments: tenant('tickets:read', 'viewer'),
  replayEnrichment: tenant('tickets:write', 'agent'),
  listEnrichmentReplays: tenant('tickets:read', 'viewer'),
  decideEnrichment: tenant('tickets:write', 'agent'),
  getEnrichment: tenant('tickets:read', 'viewer'),
  createEnrichmentBatch: tenant('tickets:write', 'agent'),
  listEnrichmentBatches: tenant('tickets:read', 'viewer'),
  getEnrichmentBatch: tenant('tickets:read', 'viewer'),
  pauseEnrichmentBatch: tenant('tickets:write', 'agent'),
  resumeEnrichmentBatch: tenant('tickets:write', 'agent'),
  cancelEnrichmentBatch: tenant('tickets:write', 'agent'),
  createReplayBatch: tenant('tickets:write', 'agent'),
  listReplayBatches: tenant('tickets:read', 'viewer'),
  getReplayBatch: tenant('tickets:read', 'viewer'),
  getReplayBatchSummary: tenant('tickets:read', 'viewer'),
  pauseReplayBatch: tenant('tickets:write', 'agent'),
  resumeReplayBatch: tenant('tickets:write', 'agent'),
  cancelReplayBatch: tenant('tickets:write', 'agent'),
  getTaxonomy: tenant('tickets:read', 'viewer'),
  putTaxonomy: tenant('prompts:write', 'admin'),
  importExamples: tenant('prompts:write', 'agent'),
  listExamples: tenant('tickets:read', 'viewer'),
  deleteExample: tenant('prompts:write', 'agent'),
  getPrompt: tenant('tickets:read', 'viewer'),
  listPromptVersions: tenant('tickets:read', 'viewer'),
  createPromptVersion: tenant('prompts:write', 'admin'),
  movePromptLabel: tenant('prompts:write', 'admin'),
  listPromptLabelMoves: tenant('tickets:read', 'viewer'),
  testPrompt: tenant('prompts:write', 'agent'),
  previewPrompt: tenant('prompts:write', 'agent'),
  getUsage: tenant('org:read', 'viewer'),
  listRuns: tenant('runs:read', 'viewer'),
  getRun: tenant('runs:read', 'viewer'),
  getRunHistory: tenant('runs:read', 'viewer'),
  listFailures: tenant('runs:read', 'viewer'),
  retryRun: tenant('runs:act', 'agent'),
  cancelRun: tenant('runs:act', 'agent'),
  rerunRun: tenant('runs:act', 'agent'),
  createRunBatch: tenant('runs:act', 'agent'),
  listRunBatches: tenant('runs:read', 'viewer'),
  getRunBatch: tenant('runs:read', 'viewer'),
  pauseRunBatch: tenant('runs:act', 'agent'),
  resumeRunBatch: tenant('runs:act', 'agent'),
  cancelRunBatch: tenant('runs:act', 'agent'),
  createWebhook: tenant('org:admin', 'admin'),
  listWebhooks: tenant('org:admin', 'admin'),
  getWebhook: tenant('org:admin', 'admin'),
  updateWebhook: tenant('org:admin', 'admin'),
  deleteWebhook: tenant('org:admin', 'admin'),
  rotateWebhookSecret: tenant('org:admin', 'admin'),
  testWebhook: tenant('org:admin', 'admin'),
  listWebhookDeliveries: tenant('org:admin', 'admin'),
  getWebhookDelivery: tenant('org:admin', 'admin'),
  redeliverWebhook: tenant('org:admin', 'admin'),
  createAlertRule: tenant('org:admin', 'admin'),
  listAlertRules: tenant('runs:read', 'viewer'),
  getAlertRule: tenant('runs:read', 'viewer'),
  updateAlertRule: tenant('org:admin', 'admin'),
  deleteAlertRule: tenant('org:admin', 'admin'),
  listAuditEvents: tenant('org:admin', 'admin'),
  verifyAudit: tenant('org:admin', 'admin'),
  getMe: tenant('any', 'viewer'),
  createApiKey: tenant('org:admin', 'admin'),
  listApiKeys: tenant('org:admin', 'admin'),
  getApiKey: tenant('org:admin', 'admin'),
  revokeApiKey: tenant('org:admin', 'admin'),
  getOrg: tenant('org:read', 'viewer'),
  updateOrg: tenant('org:admin', 'admin'),
  listUsers: tenant('org:read', 'viewer'),
  getUser: tenant('org:read', 'viewer'),
  changeUserRole: tenant('org:admin', 'admin'),
  removeUser: tenant('org:admin', 'admin'),
  createTeam: tenant('org:admin', 'admin'),
  listTeams: tenant('org:read', 'viewer'),
  getTeam: tenant('org:read', 'viewer'),
  updateTeam: tenant('org:admin', 'admin'),
  deleteTeam: tenant('org:admin', 'admin'),
  addTeamMember: tenant('org:admin', 'admin'),
  removeTeamMember: tenant('org:admin', 'admin'),
  createInvitation: tenant('org:admin', 'admin'),
  listInvitations: tenant('org:admin', 'admin'),
  revokeInvitation: tenant('org:admin', 'admin'),
  listMyOrgs: PERSON,
  leaveOrg: PERSON,
  changePassword: PERSON,
  listSessions: PERSON,
  endSession: PERSON,
  createOrg: OPERATOR,
  listOrgs: OPERATOR,
  updatePlatformOrg: OPERATOR,
  listInstallationEvents: OPERATOR,
  verifyInstallationLog: OPERATOR,
  listPlatformRuns: OPERATOR,
  listPlatformFailures: OPERATOR,
  createPlatformRunBatch: OPERATOR,
  getPlatformRunBatch: OPERATOR,
  // Their credential is in the body.
  signIn: OPEN,
  refreshTokens: OPEN,
  signOut: OPEN,
  acceptInvitation: OPEN,
  listPublicKeys: OPEN,
  activateEmbeddingProfile: OPERATOR,
  pauseEmbeddingProfile: OPERATOR,
  resumeEmbeddingProfile: OPERATOR,
  cancelEmbeddingProfile: OPERATOR,
  rollBackEmbeddingProfile: OPERATOR,
  getHealth: OPEN,
  getReadiness: OPEN,
  getMetrics: OPEN,
} as const satisfies Record<string, OperationRule>;

export type OperationId = keyof typeof OPERATIONS;

/** What no limit of requests counts: asked by who runs the installation, every few seconds and from one address. */
export const UNCOUNTED: readonly OperationId[] = ['getHealth', 'getReadiness', 'getMetrics'];
