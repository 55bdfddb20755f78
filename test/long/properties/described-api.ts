import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  enum?: unknown[];
  format?: string;
  example?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
}

interface Media {
  schema?: Schema;
  examples?: Record<string, unknown>;
}

interface Operation {
  operationId: string;
  'x-docket-access': { credential: 'none' | 'tenant' | 'person' | 'operator' };
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** One operation, what may be sent to it, and what it may answer. */
export interface PropertyOperation {
  id: string;
  method: string;
  path: string;
  credential: 'none' | 'tenant' | 'person' | 'operator';
  query: { name: string; schema: Schema }[];
  body: { mediaType: string; schema: Schema } | null;
  /** What is wrong with an answer, in words; null when it is as described. */
  wrongWith(status: number, mediaType: string, text: string): string | null;
}

/** Every operation that a running API describes. */
export async function propertyOperations(url: string): Promise<PropertyOperation[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
  const validators = new Validators(document);
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      credential: operation['x-docket-access'].credential,
      query: (operation.parameters ?? []).filter((parameter) => parameter.in === 'query'),
      body: bodyOf(document, operation),
      wrongWith: (status: number, mediaType: string, text: string) =>
        validators.wrongWith(operation, status, mediaType, text),
    })),
  );
}

function bodyOf(document: Document, { requestBody }: Operation): PropertyOperation['body'] {
  const [entry] = Object.entries(requestBody?.content ?? {});
  return entry
    ? { mediaType: entry[0], schema: inlined(entry[1].schema ?? {}, document.components.schemas) }
    : null;
}

/** A schema without references; those of requests hold none of themselves. */
function inlined(schema: Schema, schemas: Record<string, Schema>): Schema {
  if (schema.$ref) return inlined(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  return {
    ...schema,
    ...(schema.items && { items: inlined(schema.items, schemas) }),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([name, field]) => [name, inlined(field, schemas)]),
      ),
    }),
  };
}

/** Checks answers against the description, and more strictly than it says: a field it does not name is wrong. */
class Validators {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  readonly #schemas: Record<string, Schema>;
  readonly #known = new Map<Media, ValidateFunction>();

  constructor(document: Document) {
    this.#schemas = Object.fromEntries(
      Object.entries(document.components.schemas).map(([name, schema]) => [name, closed(schema)]),
    );
  }

  wrongWith(operation: Operation, status: number, mediaType: string, text: string): string | null {
    const response = operation.responses[String(status)];
    if (!response) return `${status} is not described`;
    const described = Object.entries(response.content ?? {});
    if (described.length === 0) return text === '' || status < 300 ? null : 'a body that is not described';
    const [, media] = described.find(([type]) => mediaType.startsWith(type)) ?? [];
    if (!media) return `${mediaType} is not described`;
    return isJson(mediaType) ? this.problemOf(media, JSON.parse(text)) : null;
  }

  private problemOf(media: Media, body: unknown): string | null {
    const validate = this.validatorOf(media);
    if (!validate(body)) return `off schema: ${this.#ajv.errorsText(validate.errors)}`;
    return codeProblem(media, body);
  }

  private validatorOf(media: Media): ValidateFunction {
    const known = this.#known.get(media);
    if (known) return known;
    const made = this.#ajv.compile({ ...media.schema, components: { schemas: this.#schemas } });
    this.#known.set(media, made);
    return made;
  }
}

/** Lines of JSON are no JSON. */
function isJson(mediaType: string): boolean {
  return /[/+]json\b/.test(mediaType);
}

function closed(schema: Schema): Schema {
  return schema.properties && schema.additionalProperties === undefined
    ? { ...schema, additionalProperties: false }
    : schema;
}

/** A problem has one of the codes that are described for its status. */
function codeProblem({ examples }: Media, body: unknown): string | null {
  if (!examples || typeof body !== 'object' || body === null || !('code' in body)) return null;
  return Object.hasOwn(examples, String(body.code)) ? null : `the code ${String(body.code)} is not described`;
}
