/**
 * One page of a list, newest first. Ids are UUIDv7, so "older than" is "smaller than": no offset, no second sort
 * column. Repositories return up to `limit + 1` rows; the one too many says that there is a next page.
 */
export interface PageRequest {
  limit: number;
  beforeId: string | null;
}
