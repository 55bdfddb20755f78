import { ConfiguredEmbedders } from '@docket/adapters/embedding/configured';
import { InstallationLog } from '@docket/db/audit/installation-log';
import { EmbeddingProfiles, type EmbeddingProfile } from '@docket/db/embedding-profiles';
import { DocketError } from '@docket/domain/errors';
import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import {
  CANCEL,
  PAUSE,
  REEMBEDDING,
  reembeddingStartOptions,
  reembeddingWorkflowId,
  RESUME,
  ROLL_BACK,
  type ReembeddingInput,
} from '@docket/workflows/reembedding/contract';
import { Injectable } from '@nestjs/common';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApiSettings } from '../../api-settings.js';
import {
  showEmbeddingProfile,
  type EmbeddingProfileDto,
} from '../../knowledge/search/embedding-profile.dto.js';
import { temporalAway } from '../../runs/temporal-away.js';

/** Milliseconds an operator waits for Temporal: a start or a signal takes a few tens. */
const TEMPORAL_DEADLINE_MS = 3_000;

const SIGNALS = { pause: PAUSE, resume: RESUME, cancel: CANCEL, rollBack: ROLL_BACK } as const;

/** Starts the change of the embedding profile and talks to it. All state is in the rows and in the workflow. */
@Injectable()
export class EmbeddingProfilesService {
  constructor(
    private readonly profiles: EmbeddingProfiles,
    private readonly embedders: ConfiguredEmbedders,
    private readonly temporal: Client,
    private readonly settings: ApiSettings,
    private readonly log: InstallationLog,
  ) {}

  /**
   * A repeat finds the change under way, or nothing to do.
   *
   * @throws DocketError `embedding_profile.not_found`, `embedding_profile.busy`, `service.unavailable` without Temporal
   */
  async activate(publicId: string): Promise<EmbeddingProfileDto> {
    const profile = await this.find(publicId);
    if (profile.state === 'active') return showEmbeddingProfile(profile);
    const other = (await this.profiles.list()).find(
      ({ id, state }) => id !== profile.id && ['building', 'paused', 'standby'].includes(state),
    );
    if (other) {
      throw new DocketError(
        'embedding_profile.busy',
        `The profile ${toTypeId('embeddingProfile', other.publicId)} is ${other.state}. Cancel or roll back that change, or wait for its end.`,
      );
    }
    // Refused here where the operator sees it, and not a minute later in a workflow.
    this.embedders.for(profile);
    const input: ReembeddingInput = {
      schemaVersion: 1,
      profileId: profile.id,
      profile: publicId,
      rollBackWindowMs: this.settings.values.EMBEDDING_ROLL_BACK_HOURS * 3_600_000,
      embedded: 0,
      paused: false,
    };
    const summary = `${profile.provider}/${profile.model}`;
    // Said before Temporal is asked: what it was asked must not go untold.
    await this.log.append({ action: 'embedding_profile.activate', subject: publicId });
    await this.reach(() =>
      this.temporal.workflow.start(REEMBEDDING, reembeddingStartOptions(input, summary)),
    );
    return showEmbeddingProfile(profile);
  }

  /** @throws DocketError `embedding_profile.not_found`, `embedding_profile.not_changing`, `service.unavailable` */
  async signal(publicId: string, signal: keyof typeof SIGNALS): Promise<EmbeddingProfileDto> {
    const profile = await this.find(publicId);
    const action = `embedding_profile.${signal === 'rollBack' ? 'roll_back' : signal}`;
    await this.log.append({ action, subject: publicId });
    await this.reach(() =>
      this.temporal.workflow
        .getHandle(reembeddingWorkflowId(publicId))
        .signal(SIGNALS[signal], { schemaVersion: 1 }),
    );
    return showEmbeddingProfile(profile);
  }

  private async reach(call: () => Promise<unknown>): Promise<void> {
    try {
      await this.temporal.withDeadline(Date.now() + TEMPORAL_DEADLINE_MS, call);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw temporalAway(error);
      throw new DocketError(
        'embedding_profile.not_changing',
        'No change of this profile is under way. Activate the profile that should answer.',
        { cause: error },
      );
    }
  }

  private async find(publicId: string): Promise<EmbeddingProfile> {
    const id = parseTypeId('embeddingProfile', publicId);
    const profile = (await this.profiles.list()).find((known) => known.publicId === id);
    if (profile) return profile;
    throw new DocketError(
      'embedding_profile.not_found',
      'There is no such profile. GET /v1/embedding-profiles lists them.',
    );
  }
}
