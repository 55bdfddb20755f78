/** A profile by its number, or the one that has that part now. */
export type ProfileRef = number | 'standby' | 'retired';

type ProfileState = 'registered' | 'building' | 'paused' | 'active' | 'standby' | 'retired';

/** Why an embedder takes no more, as it says itself. */
export interface RefusalByEmbedder {
  code: string;
  message: string;
}

/** What `reembedding` asks of the outside. Names are unique over all workers. */
export interface ReembeddingActivities {
  /** Moves a profile between states; false when it is in none of `from`, and not in `to`. */
  moveProfile: (input: {
    profileId: ProfileRef;
    from: ProfileState[];
    to: ProfileState;
    /** Why it paused by itself; workflows of older builds do not say. */
    error?: RefusalByEmbedder | null;
  }) => Promise<boolean>;
  /** Makes vectors that are missing, some thousand at most; `embedded` is 0 when none was. */
  embedMissingVectors: (input: { profileId: ProfileRef }) => Promise<{ embedded: number }>;
  /** Makes the profile active when it is complete; tells whether it is. */
  switchProfile: (input: { profileId: number }) => Promise<boolean>;
  /** Makes the standby active again when it is complete; tells whether it is. */
  rollBackProfile: (input: { profileId: number }) => Promise<boolean>;
  /** Removes every vector of profiles that answer nothing any more. */
  removeVectors: (input: { profileId: ProfileRef }) => Promise<void>;
}
