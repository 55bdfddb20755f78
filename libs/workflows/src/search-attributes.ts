import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What an operator filters by in the Temporal Web UI. All are Keyword attributes. */
export const searchAttributes = {
  org: defineSearchAttributeKey('DocketOrg', SearchAttributeType.KEYWORD),
  kind: defineSearchAttributeKey('DocketKind', SearchAttributeType.KEYWORD),
  subject: defineSearchAttributeKey('DocketSubject', SearchAttributeType.KEYWORD),
  state: defineSearchAttributeKey('DocketState', SearchAttributeType.KEYWORD),
  error: defineSearchAttributeKey('DocketError', SearchAttributeType.KEYWORD),
};
