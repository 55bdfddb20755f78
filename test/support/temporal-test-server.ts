import { searchAttributes } from '@docket/workflows/search-attributes';
import proto from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { stackHome } from '../../tools/stack/home.ts';
import { readTools } from '../../tools/stack/tools.ts';
import { quietTemporal } from './quiet-temporal.ts';

export const TEST_NAMESPACE = 'default';

const { INDEXED_VALUE_TYPE_KEYWORD } = proto.temporal.api.enums.v1.IndexedValueType;

/**
 * Temporal's test server with Docket's search attributes. Its clock stands still until a test waits for a result or
 * moves it with `sleep`, so tests that share one run one after another.
 */
export async function startTestServer(): Promise<TestWorkflowEnvironment> {
  quietTemporal();
  const path = readTools(stackHome()).temporalTestServer;
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  await environment.connection.operatorService.addSearchAttributes({
    namespace: TEST_NAMESPACE,
    searchAttributes: Object.fromEntries(
      Object.values(searchAttributes).map(({ name }) => [name, INDEXED_VALUE_TYPE_KEYWORD]),
    ),
  });
  return environment;
}
