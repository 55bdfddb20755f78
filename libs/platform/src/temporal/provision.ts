import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { connectionOptions, type TemporalSettings } from './connection.js';

/** Search attributes that every workflow start names; a server that does not know them refuses the start. */
const SEARCH_ATTRIBUTES = ['DocketOrg', 'DocketKind', 'DocketSubject', 'DocketState', 'DocketError'];

const { INDEXED_VALUE_TYPE_KEYWORD } = proto.temporal.api.enums.v1.IndexedValueType;

/**
 * Makes the namespace and its search attributes, and sets how long it keeps closed workflows. Repeatable; returns what it
 * changed.
 */
export async function provisionTemporal(
  settings: TemporalSettings & { TEMPORAL_RETENTION_DAYS: number },
): Promise<string[]> {
  const connection = await Connection.connect(connectionOptions(settings));
  try {
    return [
      ...(await ensureNamespace(connection, settings.TEMPORAL_NAMESPACE, settings.TEMPORAL_RETENTION_DAYS)),
      ...(await ensureSearchAttributes(connection, settings.TEMPORAL_NAMESPACE)),
    ];
  } finally {
    await connection.close();
  }
}

async function ensureNamespace(
  connection: Connection,
  namespace: string,
  retentionDays: number,
): Promise<string[]> {
  const retentionSeconds = retentionDays * 86_400;
  const retention = msToTs(retentionSeconds * 1_000);
  const { workflowService } = connection;
  const changes: string[] = [];
  try {
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
    changes.push(`namespace ${namespace} registered`);
  } catch (error) {
    if (!isAlready(error)) throw error;
    const described = await workflowService.describeNamespace({ namespace });
    if (Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0) !== retentionSeconds) {
      await workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: retention },
      });
      changes.push(`retention set to ${retentionDays} days`);
    }
  }
  return changes;
}

async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const known = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = SEARCH_ATTRIBUTES.filter((name) => !Object.hasOwn(known.customAttributes, name));
  if (missing.length === 0) return [];
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, INDEXED_VALUE_TYPE_KEYWORD])),
    });
  } catch (error) {
    // Somebody else provisioned at the same moment.
    if (!isAlready(error)) throw error;
  }
  return [`search attributes ${missing.join(', ')} added`];
}

/** gRPC status ALREADY_EXISTS. */
function isAlready(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 6;
}
