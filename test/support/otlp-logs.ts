/** A line of a log as it comes over the wire, with the service that it is of. */
export interface ReceivedLog {
  service: string;
  namespace: string;
  /** Empty where the line belongs to no trace. */
  traceId: string;
  /** Empty where the line says none. */
  severity: string;
  /** Milliseconds since 1970; null where the line says none. */
  timeMs: number | null;
  body: unknown;
  attributes: Record<string, unknown>;
}

interface Value {
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: { values?: Value[] };
  kvlistValue?: { values?: Pair[] };
}

interface Pair {
  key: string;
  value: Value;
}

interface LogsRequest {
  resourceLogs: {
    resource: { attributes: Pair[] };
    scopeLogs: {
      logRecords: {
        timeUnixNano?: string;
        severityText?: string;
        traceId?: string;
        body: Value;
        attributes?: Pair[];
      }[];
    }[];
  }[];
}

/** The lines in one message of OTLP in JSON. */
export function logsOf(message: string): ReceivedLog[] {
  const { resourceLogs } = JSON.parse(message) as LogsRequest;
  return resourceLogs.flatMap(({ resource, scopeLogs }) => {
    const { 'service.name': service, 'service.namespace': namespace } = objectOf(resource.attributes);
    return scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map((record) => ({
        service: String(service),
        namespace: String(namespace),
        traceId: record.traceId ?? '',
        severity: record.severityText ?? '',
        timeMs: record.timeUnixNano === undefined ? null : Number(BigInt(record.timeUnixNano) / 1_000_000n),
        body: valueOf(record.body),
        attributes: objectOf(record.attributes ?? []),
      })),
    );
  });
}

function objectOf(pairs: readonly Pair[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, valueOf(value)]));
}

/** An empty value is how the wire says null. */
function valueOf({ arrayValue, kvlistValue, intValue, ...plain }: Value): unknown {
  if (arrayValue) return (arrayValue.values ?? []).map(valueOf);
  if (kvlistValue) return objectOf(kvlistValue.values ?? []);
  if (intValue !== undefined) return Number(intValue);
  return plain.stringValue ?? plain.doubleValue ?? plain.boolValue ?? null;
}
