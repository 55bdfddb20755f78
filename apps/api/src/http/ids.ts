import { DocketError, type ErrorCode } from '@docket/domain/errors';
import { parseTypeId, type IdKind } from '@docket/domain/ids/type-id';

type SubjectKind = Extract<
  IdKind,
  | ('document' | 'collection' | 'run' | 'batch' | 'upload' | 'ticket' | 'enrichment' | 'example')
  | ('webhook' | 'webhookDelivery' | 'alertRule')
  | ('org' | 'user' | 'team' | 'invitation' | 'session' | 'apiKey')
>;

const NOT_FOUND = {
  document: 'document.not_found',
  collection: 'collection.not_found',
  run: 'run.not_found',
  batch: 'batch.not_found',
  upload: 'upload.not_found',
  ticket: 'ticket.not_found',
  enrichment: 'enrichment.not_found',
  example: 'example.not_found',
  webhook: 'webhook.not_found',
  webhookDelivery: 'webhook_delivery.not_found',
  alertRule: 'alert_rule.not_found',
  org: 'org.not_found',
  user: 'user.not_found',
  team: 'team.not_found',
  invitation: 'invitation.not_found',
  session: 'session.not_found',
  apiKey: 'api_key.not_found',
} as const satisfies Record<SubjectKind, ErrorCode>;

/** What people call a kind, where it is called otherwise in the code. */
const NAMES: Partial<Record<SubjectKind, string>> = {
  org: 'organisation',
  apiKey: 'API key',
  user: 'member',
  webhookDelivery: 'delivery',
  alertRule: 'alert rule',
};

/** A foreign, unknown or made-up id are one and the same answer: nobody learns what exists elsewhere. */
export function notFound(kind: SubjectKind): DocketError {
  const hint = kind === 'collection' ? 'Check its id or name.' : 'Check the id.';
  return new DocketError(NOT_FOUND[kind], `There is no such ${NAMES[kind] ?? kind}. ${hint}`);
}

/** The database id behind a public id in a path. */
export function idFrom(kind: SubjectKind, publicId: string): string {
  const id = parseTypeId(kind, publicId);
  if (id === null) throw notFound(kind);
  return id;
}
