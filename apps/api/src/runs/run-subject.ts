import { parseTypeId } from '@docket/domain/ids/type-id';

/** The database id behind the public id of what a run is about; null for an id of anything else. */
export function subjectIdOf(publicId: string): string | null {
  return (
    parseTypeId('document', publicId) ??
    parseTypeId('ticket', publicId) ??
    parseTypeId('enrichment', publicId) ??
    parseTypeId('batch', publicId) ??
    parseTypeId('webhookDelivery', publicId)
  );
}
