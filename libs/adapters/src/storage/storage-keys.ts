/**
 * Where each object of an org lies. Staging is what a client may write, once; content is written by Docket alone and
 * never changes.
 */
export const storageKeys = {
  staging: (orgId: string, uploadId: string): string => `staging/${orgId}/${uploadId}`,
  original: (orgId: string, contentId: string): string => `contents/${orgId}/${contentId}/original`,
  /** Written and removed again by an erasure, to see that the store is there. */
  probe: (orgId: string, runId: string): string => `contents/${orgId}/${runId}/probe`,
  text: (orgId: string, contentId: string): string => `contents/${orgId}/${contentId}/text.txt`,
};

const STAGING_PATTERN = /^staging\/(?<orgId>[0-9a-f-]{36})\/(?<uploadId>[0-9a-f-]{36})$/;

/** Whose upload a staging key belongs to; null for any other key. */
export function parseStagingKey(key: string): { orgId: string; uploadId: string } | null {
  const groups = STAGING_PATTERN.exec(key)?.groups;
  return groups?.['orgId'] && groups['uploadId']
    ? { orgId: groups['orgId'], uploadId: groups['uploadId'] }
    : null;
}
