/** A schema, as far as it is compared. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  nullable?: boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

export interface Schemas {
  before: Record<string, Schema>;
  after: Record<string, Schema>;
}

interface Place {
  schemas: Schemas;
  at: string;
  /** Who sends it: what a client sends must not be narrowed, what it reads must not be widened or thinned. */
  sent: 'request' | 'response';
  /** Pairs that are being compared further up: a schema may hold itself. */
  open?: ReadonlySet<string>;
}

/** What of a value changed so that one of both sides would stumble over it. */
export function schemaProblems(before: Schema, after: Schema, place: Place): string[] {
  const pair = `${before.$ref ?? ''} ${after.$ref ?? ''}`;
  if (before.$ref && place.open?.has(pair)) return [];
  const inside = { ...place, open: new Set([...(place.open ?? []), pair]) };
  const [was, is] = [resolve(before, place.schemas.before), resolve(after, place.schemas.after)];
  return [
    ...typeProblems(was, is, place),
    ...enumProblems(was, is, place),
    ...boundProblems(was, is, place),
    ...fieldProblems(was, is, inside),
    ...(was.items && is.items ? schemaProblems(was.items, is.items, { ...inside, at: `${place.at}[]` }) : []),
    ...alternativeProblems(was, is, inside),
  ];
}

/** A reference, or a lone `allOf`, stands for what it names. */
function resolve(schema: Schema, known: Record<string, Schema>): Schema {
  if (schema.$ref) return resolve(known[schema.$ref.split('/').at(-1) ?? ''] ?? {}, known);
  if (!schema.allOf) return schema;
  const { allOf, ...rest } = schema;
  const parts = [rest, ...allOf.map((part) => resolve(part, known))];
  const merged: Schema = Object.assign({}, ...parts) as Schema;
  merged.properties = Object.assign({}, ...parts.map(({ properties }) => properties)) as Record<
    string,
    Schema
  >;
  merged.required = parts.flatMap(({ required }) => required ?? []);
  return merged;
}

function typesOf({ type, nullable }: Schema): string[] {
  const types = type === undefined ? [] : [type].flat();
  return nullable ? [...types, 'null'] : types;
}

function typeProblems(was: Schema, is: Schema, { at, sent }: Place): string[] {
  const [before, after] = [typesOf(was), typesOf(is)];
  if (before.length === 0 && after.length === 0) return [];
  // No type at all is any type.
  const [narrow, wide] = sent === 'request' ? [before, after] : [after, before];
  if (wide.length === 0) return [];
  const missing = narrow.length === 0 ? ['any'] : narrow.filter((type) => !covers(wide, type));
  return missing.length === 0
    ? []
    : [`${at} is ${after.join(' or ') || 'anything'}, not ${before.join(' or ')}`];
}

function covers(types: readonly string[], type: string): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

/** A client may send every value it could. Reading, it has to live with values that are new. */
function enumProblems(was: Schema, is: Schema, { at, sent }: Place): string[] {
  if (sent === 'response') {
    return was.enum && !is.enum ? [`${at} is no longer one of its values`] : [];
  }
  if (!is.enum) return [];
  if (!was.enum) return [`${at} takes certain values only`];
  const gone = was.enum.filter((value) => !is.enum?.includes(value));
  return gone.length === 0 ? [] : [`${at} no longer takes ${gone.join(', ')}`];
}

const LOWER = ['minimum', 'minLength', 'minItems'] as const;
const UPPER = ['maximum', 'maxLength', 'maxItems'] as const;

function boundProblems(was: Schema, is: Schema, { at, sent }: Place): string[] {
  if (sent === 'response') return [];
  return [
    ...LOWER.filter((bound) => (is[bound] ?? -Infinity) > (was[bound] ?? -Infinity)),
    ...UPPER.filter((bound) => (is[bound] ?? Infinity) < (was[bound] ?? Infinity)),
    ...(['pattern', 'format'] as const).filter((rule) => is[rule] !== undefined && is[rule] !== was[rule]),
  ].map((bound) => `${at}: its ${bound} is ${is[bound]}, and was ${was[bound] ?? 'none'}`);
}

function fieldProblems(was: Schema, is: Schema, place: Place): string[] {
  const { at } = place;
  const problems: string[] = [];
  for (const [name, field] of Object.entries(was.properties ?? {})) {
    const next = is.properties?.[name];
    const path = `${at}.${name}`;
    // Unknown fields of a request are refused, so a field that is gone is missed there too.
    if (!next) problems.push(`${path} is gone`);
    else problems.push(...schemaProblems(field, next, { ...place, at: path }));
  }
  return [...problems, ...requiredProblems(was, is, place)];
}

/** What a client sends may not be asked for more, and what it reads may not be promised less. */
function requiredProblems(was: Schema, is: Schema, { at, sent }: Place): string[] {
  const added = (more: string[] = [], fewer: string[] = []): string[] =>
    more.filter((name) => !fewer.includes(name));
  if (sent === 'request')
    return added(is.required, was.required).map((name) => `${at}.${name} is now required`);
  return added(was.required, is.required)
    .filter((name) => is.properties?.[name])
    .map((name) => `${at}.${name} may be missing now`);
}

/** Alternatives are compared in their order: each one there was has to be there still, and read ones may not be added. */
function alternativeProblems(was: Schema, is: Schema, place: Place): string[] {
  const [before, after] = [alternativesOf(was), alternativesOf(is)];
  if (before.length === 0 && after.length === 0) return [];
  if (before.length === 0 || after.length === 0)
    return place.sent === 'request' && after.length === 0 ? [] : [`${place.at}: its alternatives changed`];
  if (place.sent === 'response' && after.length > before.length)
    return [`${place.at} has an alternative that is new`];
  return before.flatMap((alternative, index) => {
    const next = after[index];
    if (!next) return place.sent === 'request' ? [`${place.at}: its alternative ${index + 1} is gone`] : [];
    return schemaProblems(alternative, next, { ...place, at: `${place.at} (${index + 1})` });
  });
}

function alternativesOf({ anyOf, oneOf }: Schema): Schema[] {
  return [...(anyOf ?? []), ...(oneOf ?? [])];
}
