import { toTypeId } from '@docket/domain/ids/type-id';
import { randomUUID } from 'node:crypto';
import type { DescribedOperation } from '../../end-to-end/access/api-description.ts';
import { prepare } from '../../end-to-end/access/controls.ts';
import { bodyOf, send, type OrgWorld } from '../../end-to-end/access/org-world.ts';

export interface OwnRequest {
  path: string;
  body: unknown;
  credential: string | null;
}

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

  /** A document whose run waits: no worker is there to begin it. */
  private async pending(): Promise<{ documentId: string; runId: string }> {
    return (await this.made('/v1/documents', {
      title: 'pending',
      text: `# ${randomUUID()}`,
      mediaType: 'text/markdown',
    })) as { documentId: string; runId: string };
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
