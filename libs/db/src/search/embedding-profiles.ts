import type { DataSource } from 'typeorm';

/** Why a change of a profile paused by itself. */
export interface ProfileError {
  code: string;
  /** What the embedder said: for those who operate the installation, since it may hold words of any organisation. */
  message: string;
}

export type ProfileState = 'registered' | 'building' | 'paused' | 'active' | 'standby' | 'retired';

/** A model and its dimension: the space that vectors live in. Profiles belong to the whole installation. */
export interface EmbeddingProfile {
  id: number;
  publicId: string;
  provider: string;
  model: string;
  dimension: number;
  state: ProfileState;
  /** Share of the vector leg in a hybrid search, as measured for this profile. */
  fusionWeight: number;
  /** Vectors there are, and passages there were, when somebody last counted. */
  embeddedCount: number;
  passageCount: number;
  error: ProfileError | null;
}

export const PROFILE_COLUMNS = `id, public_id as "publicId", provider, model, dimension, state,
  fusion_weight as "fusionWeight", embedded_count::float8 as "embeddedCount", passage_count::float8 as "passageCount",
  case when error_code is not null then json_build_object('code', error_code, 'message', error_message) end as error`;

/**
 * The installation's embedding profiles, and their changes. States move through SECURITY DEFINER functions, which shut
 * out everybody who is writing vectors for the length of the update; repeats of each method are harmless.
 */
export class EmbeddingProfiles {
  constructor(private readonly dataSource: DataSource) {}

  async list(): Promise<EmbeddingProfile[]> {
    return this.dataSource.query(`select ${PROFILE_COLUMNS} from embedding_profiles order by id`);
  }

  /** The profile that answers queries now. Every installation has one: the first migration made it. */
  async active(): Promise<EmbeddingProfile> {
    const profiles = await this.list();
    const active = profiles.find(({ state }) => state === 'active');
    if (!active) throw new Error('no embedding profile is active: run the migrations');
    return active;
  }

  /** Moves a profile from one of the states, and says what is wrong with it there; true also when it is there already. */
  async move(
    id: number,
    from: readonly ProfileState[],
    to: ProfileState,
    error: ProfileError | null = null,
  ): Promise<boolean> {
    return this.count('docket_move_profile($1, $2, $3, $4, $5)', [
      id,
      [...from, to],
      to,
      error?.code ?? null,
      error?.message ?? null,
    ]);
  }

  /**
   * Makes a profile that was built the active one, and the active one its standby, in one update. False while an indexed
   * content lacks a vector under it.
   */
  async switchTo(id: number): Promise<boolean> {
    return this.count('docket_switch_profile($1)', [id]);
  }

  /** Makes the standby active again in place of the given profile. False while the standby lacks a vector. */
  async rollBack(id: number): Promise<boolean> {
    return this.count('docket_roll_back_profile($1)', [id]);
  }

  /** Indexed contents with passages that lack a vector under the profile, over all orgs, in their order. */
  async contentsWithoutVectors(id: number, most: number): Promise<{ orgId: string; contentId: string }[]> {
    return this.dataSource.query(
      'select org_id as "orgId", content_id as "contentId" from docket_contents_without_vectors($1, null, null, $2)',
      [id, most],
    );
  }

  async orgsWithVectors(id: number, most: number): Promise<string[]> {
    const rows: { org_id: string }[] = await this.dataSource.query(
      'select org_id from docket_orgs_with_vectors($1, $2)',
      [id, most],
    );
    return rows.map((row) => row.org_id);
  }

  /** Counts the vectors of a profile and notes the count, with that of all passages, in its row. */
  async noteProgress(id: number): Promise<void> {
    await this.dataSource.query('select docket_count_vectors($1)', [id]);
  }

  private async count(call: string, parameters: unknown[]): Promise<boolean> {
    const rows: { moved: number }[] = await this.dataSource.query(`select ${call} as moved`, parameters);
    return (rows[0]?.moved ?? 0) > 0;
  }
}
