/** What OpenAPI says of one operation, as far as the matrix of access is made from it. */
export interface DescribedOperation {
  id: string;
  method: string;
  path: string;
  access: Access;
  pathParameters: string[];
  queryParameters: string[];
  /** A body made of the examples of its required fields, lines as one text; undefined where none is read. */
  body: Body | undefined;
}

export type Body = Record<string, unknown> | string;

export interface Access {
  credential: 'none' | 'tenant' | 'person' | 'operator';
  scope?: string;
  roles?: string[];
}

interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  example?: unknown;
}

interface OperationObject {
  operationId: string;
  'x-docket-access': Access;
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

interface Document {
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, Schema> };
}

/** Every operation of the running API, from the description it serves. */
export async function describedOperations(url: string): Promise<DescribedOperation[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => describe(document, path, method, operation)),
  );
}

function describe(
  document: Document,
  path: string,
  method: string,
  operation: OperationObject,
): DescribedOperation {
  const named = (place: string): string[] =>
    (operation.parameters ?? []).filter((parameter) => parameter.in === place).map(({ name }) => name);
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    access: operation['x-docket-access'],
    pathParameters: named('path'),
    queryParameters: named('query'),
    body: schema && (exampleOf(document, schema) as Body),
  };
}

function exampleOf(document: Document, schema: Schema): unknown {
  if (schema.$ref)
    return exampleOf(document, document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'array') return [exampleOf(document, schema.items ?? {})];
  return Object.fromEntries(
    (schema.required ?? []).map((name) => [name, exampleOf(document, schema.properties?.[name] ?? {})]),
  );
}
