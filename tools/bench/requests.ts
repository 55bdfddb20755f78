import { parseTypeId } from '@docket/domain/ids/type-id';
import { createOrg } from '../client/create-org.ts';
import { DocketClient } from '../client/docket-client.ts';
import type { LocalStack } from '../stack/up.ts';
import { measureRequests, type RequestCost } from './request-bench.ts';

/** For each side of the cost of a request. */
const REQUEST_SECONDS = 10;

/** Measures the cost of a request on a running stack, in an organisation of its own. */
export async function measureRequestsOn(stack: LocalStack, run: string): Promise<RequestCost> {
  const { apiKey } = await createOrg(run, stack.environment);
  const docket = new DocketClient(stack.apiUrl, apiKey);
  const { body } = await docket.request<{ id: string }>('POST', '/v1/collections', { name: run });
  const rowId = parseTypeId('collection', body.id);
  if (rowId === null) throw new Error(`${body.id} is no collection`);
  return measureRequests(
    {
      apiUrl: stack.apiUrl,
      databaseAdminUrl: stack.databaseAdminUrl,
      collection: { id: body.id, rowId },
      apiKey,
    },
    REQUEST_SECONDS,
  );
}
