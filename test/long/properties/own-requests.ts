import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import { randomUUID } from 'node:crypto';
import type { DescribedOperation } from '../../end-to-end/access/api-description.ts';
import { prepare } from '../../end-to-end/access/controls.ts';
import { bodyOf, send, type OrgWorld } from '../../end-to-end/access/org-world.ts';

export interface OwnRequest {
  path: string;
  body: unknown;
  credential: string | null;
}

const NOTHING_TO_CANCEL = { action: 'cancel', filter: { errorCode: 'no.such_code' } };
/** Of twenty that an organisation may have of a kind, and those of them that requests of this moment may need, newest first. */
const MANY = 12;
const IN_USE = 8;
const PASSWORD = 'lantern gravel orchid seven';

/** Requests that go well, with whatever has to be done before: an upload before its confirmation, a sign-in before its end. */
export class OwnRequests {
  #person: Promise<{ email: string; refreshToken: string; accessToken: string }> | undefined;

  constructor(
    private readonly world: OrgWorld,
    /** An indexed document, which stays. */
    private readonly documentId: string,
  ) {}

  async of(operation: DescribedOperation): Promise<OwnRequest> {
    if (/^\/v1\/webhook/.test(operation.path)) await this.makeRoom('webhooks');
    if (/^\/v1\/alert-rules/.test(operation.path)) await this.makeRoom('alert-rules');
    const chain = this.#chains[operation.id];
    if (chain) return chain();
    const { path, body, credential } = await prepare(operation, this.world, this.world.owner);
    return { path, body, credential: credential ?? this.credentialFor(operation) };
  }

  credentialFor({ access }: DescribedOperation): string | null {
    switch (access.credential) {
      case 'none':
        return null;
      case 'operator':
        return this.world.on.stack.operatorToken;
      default:
        return this.world.forge.valid(this.world.owner);
    }
  }

  readonly #chains: Record<string, () => Promise<OwnRequest>> = {
    getDocumentContent: async () => this.asOwner(`/v1/documents/${this.documentId}/content`),
    getDocument: async () => this.asOwner(`/v1/documents/${this.documentId}`),
    confirmUpload: () => this.confirmation(),
    retryDocument: async () => this.asOwner(`/v1/documents/${(await this.pending()).documentId}/retry`),
    retryRun: async () => this.asOwner(`/v1/runs/${(await this.pending()).runId}/retry`),
    cancelRun: async () => this.asOwner(`/v1/runs/${(await this.pending()).runId}/cancel`),
    rerunRun: async () =>
      this.asOwner(`/v1/runs/${(await this.pending()).runId}/rerun`, { fromStep: 'index' }),
    decideEnrichment: async () =>
      this.asOwner(`/v1/enrichments/${await this.awaitingDecision()}/decision`, { decision: 'approve' }),
    replayEnrichment: async () =>
      this.asOwner(`/v1/enrichments/${(await this.ended()).enrichmentId}/replays`, { passages: 'fresh' }),
    testPrompt: async () =>
      this.asOwner('/v1/prompts/ticket-enrichment/test', { ticketId: (await this.ended()).ticketId }),
    pauseEnrichmentBatch: () => this.toBatch('enrichment-batches', 'pause'),
    resumeEnrichmentBatch: () => this.toBatch('enrichment-batches', 'resume'),
    cancelEnrichmentBatch: () => this.toBatch('enrichment-batches', 'cancel'),
    pauseReplayBatch: () => this.toBatch('replay-batches', 'pause'),
    resumeReplayBatch: () => this.toBatch('replay-batches', 'resume'),
    cancelReplayBatch: () => this.toBatch('replay-batches', 'cancel'),
    pauseRunBatch: () => this.toBatch('run-batches', 'pause'),
    resumeRunBatch: () => this.toBatch('run-batches', 'resume'),
    cancelRunBatch: () => this.toBatch('run-batches', 'cancel'),
    getPlatformRunBatch: async () => {
      const { id } = await this.made('/v1/run-batches', NOTHING_TO_CANCEL);
      return {
        path: `/v1/platform/orgs/${this.world.id}/run-batches/${String(id)}`,
        body: undefined,
        credential: this.world.on.stack.operatorToken,
      };
    },
    acceptInvitation: async () => ({
      path: '/v1/auth/accept-invitation',
      body: {
        token: await this.invitation(`${randomUUID()}@example.com`),
        password: PASSWORD,
        name: 'Kim',
      },
      credential: null,
    }),
    signIn: async () => ({
      path: '/v1/auth/sign-in',
      body: { email: (await this.person()).email, password: PASSWORD },
      credential: null,
    }),
    refreshTokens: async () => ({
      path: '/v1/auth/refresh',
      body: { refreshToken: (await this.signedIn()).refreshToken },
      credential: null,
    }),
    changePassword: async () => {
      // To the same is as good as to another, and the next one signs in with it.
      const { accessToken } = await this.signedIn();
      return {
        path: '/v1/auth/password',
        body: { currentPassword: PASSWORD, newPassword: PASSWORD },
        credential: accessToken,
      };
    },
  };

  private asOwner(path: string, body?: unknown): OwnRequest {
    return { path, body, credential: this.world.forge.valid(this.world.owner) };
  }

  /** An organisation may have few of these: what earlier requests made goes, but what lasts and what is just being used. */
  private async makeRoom(kind: 'webhooks' | 'alert-rules'): Promise<void> {
    const ask = (method: string, path: string): ReturnType<typeof send> =>
      send(this.world.on, method, path, this.world.forge.valid(this.world.owner));
    const listed = bodyOf(await ask('GET', `/v1/${kind}?limit=100`))['data'] as { id: string }[];
    if (listed.length < MANY) return;
    const delivery = await this.world.kept('webhook-deliveries');
    const keptFor = delivery && bodyOf(await ask('GET', `/v1/webhook-deliveries/${delivery}`))['webhookId'];
    const kept = [await this.world.kept(kind), keptFor];
    for (const { id } of listed.slice(IN_USE))
      if (!kept.includes(id)) await ask('DELETE', `/v1/${kind}/${id}`);
  }

  /** A document whose run waits: no worker is there to begin it. */
  private async pending(): Promise<{ documentId: string; runId: string }> {
    return (await this.made('/v1/documents', {
      title: 'pending',
      text: `# ${randomUUID()}`,
      mediaType: 'text/markdown',
    })) as { documentId: string; runId: string };
  }

  /** An act on a batch that nobody has begun. */
  private async toBatch(
    kind: 'enrichment-batches' | 'replay-batches' | 'run-batches',
    act: 'pause' | 'resume' | 'cancel',
  ): Promise<OwnRequest> {
    const body = kind === 'run-batches' ? NOTHING_TO_CANCEL : { filter: { q: 'no such ticket' } };
    const { id } = await this.made(`/v1/${kind}`, body);
    const path = `/v1/${kind}/${String(id)}`;
    if (act === 'resume') await this.made(`${path}/pause`, undefined);
    return this.asOwner(`${path}/${act}`);
  }

  /** An enrichment that is over, as if a worker had been there. */
  private async ended(): Promise<{ ticketId: string; enrichmentId: string }> {
    const { ticketId } = await this.made('/v1/tickets', {
      externalId: randomUUID(),
      subject: 'Late',
      body: 'Why?',
    });
    const path = `/v1/tickets/${String(ticketId)}`;
    const ticket = bodyOf(await send(this.world.on, 'GET', path, this.world.forge.valid(this.world.owner)));
    const enrichmentId = (ticket['enrichment'] as { id: string }).id;
    await this.world.on.stack.database.asAdmin(
      `update enrichments set state = 'ready', ended_at = now() where id = $1`,
      [parseTypeId('enrichment', enrichmentId)],
    );
    return { ticketId: String(ticketId), enrichmentId };
  }

  private async awaitingDecision(): Promise<string> {
    const { enrichmentId } = await this.ended();
    await this.world.on.stack.database.asAdmin(
      `with awaiting as (
         update enrichments set state = 'awaiting_decision', ended_at = null where id = $1 returning org_id, id
       ), run as (
         insert into runs (org_id, id, kind, subject_kind, subject_id, workflow_id, input, request_id, state)
         select org_id, gen_random_uuid(), 'enrichmentDecision', 'enrichment', id, 'enrichment-decision:' || id, '{}', 'own', 'waiting'
           from awaiting returning org_id, id, subject_id
       )
       insert into enrichment_decisions (org_id, enrichment_id, run_id, expires_at, due_at)
       select org_id, subject_id, id, now() + interval '1 day', now() + interval '1 day' from run`,
      [parseTypeId('enrichment', enrichmentId)],
    );
    return enrichmentId;
  }

  private async confirmation(): Promise<OwnRequest> {
    const text = `# ${randomUUID()}`;
    const { documentId, upload } = (await this.made('/v1/uploads', {
      fileName: 'a.md',
      mediaType: 'text/markdown',
      sizeBytes: text.length,
      sha256: randomUUID().replaceAll('-', '').repeat(2),
    })) as { documentId: string; upload: { url: string; headers: Record<string, string> } };
    await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: text });
    return this.asOwner(`/v1/documents/${documentId}/uploaded`);
  }

  private async invitation(email: string): Promise<string> {
    const { token } = (await this.made('/v1/invitations', { email, role: 'viewer' })) as { token: string };
    return token;
  }

  /** One person with a password, who signs in again and again. */
  private async person(): Promise<{ email: string; refreshToken: string; accessToken: string }> {
    this.#person ??= this.join(`${randomUUID()}@example.com`);
    return this.#person;
  }

  private async signedIn(): Promise<{ refreshToken: string; accessToken: string }> {
    const { email } = await this.person();
    const answer = await send(this.world.on, 'POST', '/v1/auth/sign-in', null, {
      email,
      password: PASSWORD,
    });
    return bodyOf(answer) as { refreshToken: string; accessToken: string };
  }

  private async join(email: string): Promise<{ email: string; refreshToken: string; accessToken: string }> {
    const answer = await send(this.world.on, 'POST', '/v1/auth/accept-invitation', null, {
      token: await this.invitation(email),
      password: PASSWORD,
      name: 'Kim',
    });
    return { email, ...(bodyOf(answer) as { refreshToken: string; accessToken: string }) };
  }

  private async made(path: string, body: unknown): Promise<Record<string, unknown>> {
    return bodyOf(await send(this.world.on, 'POST', path, this.world.forge.valid(this.world.owner), body));
  }
}

/** A well-formed id that nobody has. */
export function unknownId(prefix: string): string {
  return `${prefix}_${toTypeId('org', randomUUID()).slice(4)}`;
}
