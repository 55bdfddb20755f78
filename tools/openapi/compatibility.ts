import { schemaProblems, type Schema, type Schemas } from './schema-compatibility.ts';

/** An OpenAPI document, as far as clients depend on it. */
export interface ApiDocument {
  paths: Record<string, Record<string, ApiOperation>>;
  components: { schemas: Record<string, Schema> };
}

interface Media {
  schema?: Schema;
}

interface ApiOperation {
  operationId: string;
  'x-docket-access'?: { credential: string; scope?: string; roles?: string[] };
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

/**
 * What a client written for `before` would stumble over in `after`, in words; empty when it would not notice. Fields,
 * operations, codes and optional parameters may be added.
 */
export function incompatibilities(before: ApiDocument, after: ApiDocument): string[] {
  const schemas: Schemas = { before: before.components.schemas, after: after.components.schemas };
  return operationsOf(before).flatMap(({ address, path, method, operation }) => {
    const next = after.paths[path]?.[method];
    if (!next) return [`${address} is gone`];
    return [
      ...(next.operationId === operation.operationId
        ? []
        : [`its name is ${next.operationId}, no longer ${operation.operationId}`]),
      ...accessProblems(operation, next),
      ...parameterProblems(operation, next, schemas),
      ...bodyProblems(operation, next, schemas),
      ...answerProblems(operation, next, schemas),
    ].map((problem) => (problem.startsWith(address) ? problem : `${address}: ${problem}`));
  });
}

function operationsOf(document: ApiDocument) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      address: `${method.toUpperCase()} ${path}`,
      path,
      method,
      operation,
    })),
  );
}

/** Whoever could call an operation still can. */
function accessProblems(before: ApiOperation, after: ApiOperation): string[] {
  const [was, is] = [before['x-docket-access'], after['x-docket-access']];
  if (!was || !is || is.credential === 'none') return [];
  if (was.credential !== is.credential)
    return [`takes the credential ${is.credential}, not ${was.credential}`];
  return [
    ...(was.scope === is.scope || is.scope === 'any'
      ? []
      : [`takes the scope ${is.scope}, not ${was.scope}`]),
    ...(was.roles ?? [])
      .filter((role) => !is.roles?.includes(role))
      .map((role) => `is no longer for who is ${role}`),
  ];
}

function parameterProblems(before: ApiOperation, after: ApiOperation, schemas: Schemas): string[] {
  const named = ({ parameters = [] }: ApiOperation) =>
    new Map(parameters.map((parameter) => [`${parameter.in} parameter ${parameter.name}`, parameter]));
  const [was, is] = [named(before), named(after)];
  const problems: string[] = [];
  for (const [name, parameter] of was) {
    const next = is.get(name);
    if (!next) problems.push(`${name} is gone`);
    else
      problems.push(
        ...schemaProblems(parameter.schema ?? {}, next.schema ?? {}, { schemas, at: name, sent: 'request' }),
      );
  }
  for (const [name, { required }] of is) {
    if (required && !was.get(name)?.required) problems.push(`${name} is now required`);
  }
  return problems;
}

function bodyProblems(before: ApiOperation, after: ApiOperation, schemas: Schemas): string[] {
  const [was, is] = [before.requestBody, after.requestBody];
  if (!was) return is?.required ? ['now takes a body'] : [];
  if (!is) return ['takes no body any more'];
  return [
    ...(is.required && !was.required ? ['its body is now required'] : []),
    ...mediaProblems(was.content, is.content, { schemas, at: 'body', sent: 'request' }),
  ];
}

function answerProblems(before: ApiOperation, after: ApiOperation, schemas: Schemas): string[] {
  return Object.entries(before.responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([status, answer]) => {
      const next = after.responses[status];
      if (!next) return [`no longer answers ${status}`];
      const place = { schemas, at: `answer ${status}`, sent: 'response' } as const;
      return mediaProblems(answer.content ?? {}, next.content ?? {}, place);
    });
}

function mediaProblems(
  before: Record<string, Media>,
  after: Record<string, Media>,
  place: Parameters<typeof schemaProblems>[2],
): string[] {
  return Object.entries(before).flatMap(([type, { schema }]) => {
    const next = after[type];
    return next
      ? schemaProblems(schema ?? {}, next.schema ?? {}, place)
      : [`${place.at}: no ${type} any more`];
  });
}
