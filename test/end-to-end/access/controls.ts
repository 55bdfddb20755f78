import { randomUUID } from 'node:crypto';
import type { Body, DescribedOperation } from './api-description.ts';
import { bodyOf, send, type OrgWorld, type SignedIn } from './org-world.ts';

/** A request that goes well for whoever may make it. */
export interface Prepared {
  path: string;
  body: Body | undefined;
  /** In place of the caller's own credential, where the request uses its caller up. */
  credential?: string;
  /** Statuses besides 2xx by which the operation shows that it reached its object. */
  alsoFine?: readonly number[];
}

interface Control {
  body?: (org: OrgWorld) => Promise<Body> | Body;
  /** True where a request uses its object up, so that the next one needs another. */
  consumes?: boolean;
  alsoFine?: readonly number[];
  /** For what a person does to themselves: somebody else of the same role. */
  asSomebodyNew?: boolean;
}

const PASSWORD = 'lantern gravel orchid seven';

/**
 * What an operation needs beyond the examples of its description. An operation that is not here is asked with those
 * examples, on an object of the kind its address names; when that does not go well, the matrix is red.
 */
const CONTROLS: Record<string, Control> = {
  createUpload: {
    body: () => ({ fileName: 'a.md', mediaType: 'text/markdown', sizeBytes: 3, sha256: randomHash() }),
  },
  createDocument: { body: (org) => inlineDocument(org) },
  // What is uploaded already is not to be uploaded again: the document was found, and says so.
  confirmUpload: { alsoFine: [409] },
  // Nothing is wrong with the object, so there is nothing to try again, and nothing to stop: it says so.
  retryDocument: { alsoFine: [409] },
  retryRun: { alsoFine: [409] },
  cancelRun: { alsoFine: [409] },
  rerunRun: { body: () => ({ fromStep: 'index' }), alsoFine: [409] },
  createEnrichmentBatch: { body: () => ({ filter: { q: 'no such ticket' } }) },
  pauseEnrichmentBatch: { alsoFine: [409] },
  resumeEnrichmentBatch: { alsoFine: [409] },
  cancelEnrichmentBatch: { alsoFine: [409] },
  createReplayBatch: { body: () => ({ filter: { q: 'no such ticket' } }) },
  pauseReplayBatch: { alsoFine: [409] },
  resumeReplayBatch: { alsoFine: [409] },
  cancelReplayBatch: { alsoFine: [409] },
  createRunBatch: { body: () => ({ action: 'cancel', filter: { errorCode: 'no.such_code' } }) },
  // It has nothing to act on, and has ended before anybody can tell it anything.
  pauseRunBatch: { alsoFine: [409] },
  resumeRunBatch: { alsoFine: [409] },
  cancelRunBatch: { alsoFine: [409] },
  createPlatformRunBatch: { body: () => ({ action: 'cancel', filter: { errorCode: 'no.such_code' } }) },
  // The batch is one organisation's and the address names another: it was looked for, and says so.
  getPlatformRunBatch: { alsoFine: [404] },
  // The one profile there is answers queries already, and nothing is being built.
  activateEmbeddingProfile: { alsoFine: [409] },
  pauseEmbeddingProfile: { alsoFine: [409] },
  resumeEmbeddingProfile: { alsoFine: [409] },
  cancelEmbeddingProfile: { alsoFine: [409] },
  rollBackEmbeddingProfile: { alsoFine: [409] },
  createWebhook: { body: (org) => webhook(org) },
  updateWebhook: { body: (org) => ({ description: org.marker }) },
  createAlertRule: { body: (org) => alertRule(org) },
  updateAlertRule: { body: (org) => ({ name: org.marker }) },
  createTicket: { body: (org) => ticket(org) },
  // Its reply awaits nobody, or it is not there yet: the enrichment was found, and says so.
  decideEnrichment: { body: () => ({ decision: 'approve' }), alsoFine: [409] },
  replayEnrichment: { body: () => ({ passages: 'fresh' }), alsoFine: [409] },
  importTickets: { body: (org) => `${JSON.stringify(ticket(org))}\n` },
  importExamples: { body: (org) => `${JSON.stringify(example(org))}\n` },
  movePromptLabel: { body: () => ({ version: 1, note: 'the first again' }) },
  previewPrompt: { body: async (org) => ({ ticketId: await org.lasting('tickets', () => newTicket(org)) }) },
  testPrompt: {
    body: async (org) => ({ ticketId: await org.lasting('tickets', () => newTicket(org)) }),
    alsoFine: [409],
  },
  createCollection: { body: (org) => ({ name: `collection ${org.marker} ${randomUUID()}` }) },
  createTeam: { body: (org) => ({ name: `team ${org.marker} ${randomUUID()}` }) },
  updateTeam: { body: (org) => ({ description: org.marker }) },
  changeUserRole: { body: () => ({ role: 'agent' }) },
  createInvitation: {
    body: (org) => ({ email: `${randomUUID()}.${org.marker}@example.com`, role: 'viewer' }),
  },
  // A key passes on its own scopes, and the one scope that the matrix gives it is this.
  createApiKey: { body: (org) => ({ name: `key ${org.marker}`, scopes: ['org:admin'] }) },
  updateOrg: { body: () => ({ retentionDays: 30 }) },
  leaveOrg: { asSomebodyNew: true },
  // The people of the matrix have no password, and the operation says that it is wrong.
  changePassword: {
    body: () => ({ currentPassword: PASSWORD, newPassword: `${PASSWORD} two` }),
    alsoFine: [403],
  },
  updatePlatformOrg: { body: () => ({ plan: 'enterprise' }) },
  createOrg: { body: () => ({ name: 'another' }) },
  signIn: { body: () => ({ email: 'nobody@example.com', password: PASSWORD }), alsoFine: [401] },
  refreshTokens: { body: () => ({ refreshToken: 'dr_unknown' }), alsoFine: [401] },
  acceptInvitation: { body: () => ({ token: 'di_unknown', password: PASSWORD }), alsoFine: [410] },
};

/** Makes an object of the kind a path names, and answers its id. */
const SUBJECTS: Record<string, (org: OrgWorld, caller: SignedIn) => Promise<string>> = {
  documents: async (org) => {
    const made = await org.made('/v1/documents', inlineDocument(org));
    // The document itself once its run has ended, and otherwise what was begun.
    return idOf(made, 'documentId' in made ? 'documentId' : 'id');
  },
  collections: async (org) =>
    idOf(await org.made('/v1/collections', { name: `collection ${org.marker} ${randomUUID()}` })),
  runs: async (org) => idOf(await org.made('/v1/documents', inlineDocument(org)), 'runId'),
  'enrichment-batches': async (org) =>
    idOf(await org.made('/v1/enrichment-batches', { filter: { q: 'no such ticket' } })),
  'replay-batches': async (org) =>
    idOf(await org.made('/v1/replay-batches', { filter: { q: 'no such ticket' } })),
  'run-batches': async (org) =>
    idOf(await org.made('/v1/run-batches', { action: 'cancel', filter: { errorCode: 'no.such_code' } })),
  orgs: async (org) =>
    idOf(
      bodyOf(
        await send(org.on, 'POST', '/v1/platform/orgs', org.on.stack.operatorToken, { name: 'another' }),
      ),
    ),
  users: async (org) => (await org.newPerson('viewer')).sub,
  members: async (org) => (await org.newPerson('viewer')).sub,
  teams: async (org) => idOf(await org.made('/v1/teams', { name: `team ${org.marker} ${randomUUID()}` })),
  invitations: async (org) =>
    idOf(
      await org.made('/v1/invitations', {
        email: `${randomUUID()}.${org.marker}@example.com`,
        role: 'viewer',
      }),
    ),
  webhooks: async (org) => idOf(await org.made('/v1/webhooks', webhook(org))),
  'webhook-deliveries': async (org) => {
    const { id } = await org.made('/v1/webhooks', webhook(org));
    const act = async (path: string, headers = {}): Promise<Record<string, unknown>> =>
      bodyOf(await send(org.on, 'POST', path, org.owner.token, undefined, headers));
    const made = await act(`/v1/webhooks/${String(id)}/test`);
    // It does not come through, and one that is under way is not sent again.
    await act(`/v1/runs/${idOf(made, 'runId')}/cancel`, { prefer: 'wait=20' });
    return idOf(made, 'deliveryId');
  },
  'alert-rules': async (org) => idOf(await org.made('/v1/alert-rules', alertRule(org))),
  'api-keys': async (org) => (await org.newKey(['search'])).id,
  'embedding-profiles': async (org) => {
    const { data } = bodyOf(await send(org.on, 'GET', '/v1/embedding-profiles', org.owner.token));
    return idOf((data as Record<string, unknown>[])[0] ?? {});
  },
  tickets: newTicket,
  enrichments: async (org) => {
    const id = await org.lasting('tickets', () => newTicket(org));
    const { data } = bodyOf(await send(org.on, 'GET', `/v1/tickets/${id}/enrichments`, org.owner.token));
    return idOf((data as Record<string, unknown>[])[0] ?? {});
  },
  examples: async (org) => {
    const made = example(org);
    await send(org.on, 'POST', '/v1/examples', org.owner.token, `${JSON.stringify(made)}\n`);
    const { data } = bodyOf(await send(org.on, 'GET', '/v1/examples?limit=20', org.owner.token));
    // Its own: the newest may be somebody else's, who is about to delete it.
    return idOf((data as Record<string, unknown>[]).find(({ subject }) => subject === made['subject']) ?? {});
  },
  sessions: (org, caller) => org.newSession(caller),
};

/** What stands in an address and is no id: the same for every organisation. */
const NAMES: Record<string, string> = { name: 'ticket-enrichment', label: 'production' };

/** Whether an address names anything that belongs to one organisation. */
export function namesAnObject({ pathParameters }: DescribedOperation): boolean {
  return pathParameters.some((parameter) => NAMES[parameter] === undefined);
}

/** The request of an operation on an object of this organisation, for a caller. */
export async function prepare(
  operation: DescribedOperation,
  org: OrgWorld,
  caller: SignedIn,
): Promise<Prepared> {
  const control = CONTROLS[operation.id] ?? {};
  const made = await control.body?.(org);
  const body = made ?? operation.body;
  return {
    path: await pathFor(operation, org, caller),
    body,
    ...(control.alsoFine && { alsoFine: control.alsoFine }),
    ...(control.asSomebodyNew && { credential: (await org.newPerson(caller.role)).token }),
  };
}

/** The operation's address with ids of this organisation in it; others of their own where it uses its object up. */
async function pathFor(operation: DescribedOperation, org: OrgWorld, caller: SignedIn): Promise<string> {
  const consumes = operation.method === 'DELETE' || CONTROLS[operation.id]?.consumes === true;
  const parts: string[] = [];
  for (const [place, part] of operation.path.split('/').entries()) {
    const kind = operation.path.split('/')[place - 1] ?? '';
    parts.push(part.startsWith('{') ? await idFor(part.slice(1, -1), kind, consumes, org, caller) : part);
  }
  return parts.join('/');
}

async function idFor(
  parameter: string,
  kind: string,
  consumes: boolean,
  org: OrgWorld,
  caller: SignedIn,
): Promise<string> {
  const named = NAMES[parameter];
  if (named !== undefined) return named;
  const make = SUBJECTS[kind];
  if (!make)
    throw new Error(`no object is known to be made for /${kind}/{${parameter}}: add one to SUBJECTS`);
  // A session is its owner's, whatever the organisation.
  const lasts = !consumes && kind !== 'sessions';
  return lasts ? org.lasting(kind, () => make(org, caller)) : make(org, caller);
}

/** One lasting object of each kind. */
export async function everySubject(org: OrgWorld): Promise<string[]> {
  const ids: string[] = [org.id, org.owner.sub, org.owner.sid];
  for (const [kind, make] of Object.entries(SUBJECTS))
    ids.push(await org.lasting(kind, () => make(org, org.owner)));
  return ids;
}

function ticket(org: OrgWorld): Record<string, unknown> {
  return { externalId: randomUUID(), subject: `ticket ${org.marker}`, body: `Where is the ${org.marker}?` };
}

async function newTicket(org: OrgWorld): Promise<string> {
  return idOf(await org.made('/v1/tickets', ticket(org)));
}

function webhook(org: OrgWorld): Record<string, unknown> {
  // Nobody listens there, and nobody is asked: what is on the internet is not looked for from a test.
  return { url: 'https://[2606:4700::1111]/hook', events: ['alert.fired'], description: org.marker };
}

function alertRule(org: OrgWorld): Record<string, unknown> {
  return { name: `rule ${org.marker}`, metric: 'failure_rate', fireAt: 0.5, resolveBelow: 0.1 };
}

function example(org: OrgWorld): Record<string, unknown> {
  return { subject: `example ${org.marker} ${randomUUID()}`, body: 'When?', category: 'billing' };
}

function inlineDocument(org: OrgWorld): Record<string, unknown> {
  return {
    title: `document ${org.marker}`,
    text: `# About ${org.marker}\n\nThe ${org.marker} is kept in drawer ${randomUUID()}.`,
    mediaType: 'text/markdown',
    collection: `collection ${org.marker}`,
    metadata: { marker: org.marker },
  };
}

function idOf(body: Record<string, unknown>, field = 'id'): string {
  const id = body[field];
  if (typeof id !== 'string') throw new Error(`no ${field} in ${JSON.stringify(body)}`);
  return id;
}

function randomHash(): string {
  return randomUUID().replaceAll('-', '').repeat(2);
}
