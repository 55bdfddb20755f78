import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describedApi } from '../../src/openapi/described-api.ts';
import { untoldRules, type BoundedSchema } from './described-bounds.ts';

interface Operation {
  operationId: string;
  tags: string[];
  parameters?: { name: string; in: string; required: boolean; schema: BoundedSchema }[];
  responses: Record<string, { headers?: Record<string, unknown>; content?: Record<string, Media> }>;
}

interface Media {
  examples?: Record<string, unknown>;
}

/** What is no whole number: shares, scores, and what alert rules measure, which may be a share. */
const MEASURED = /(score|confidence|progress|fusionWeight|\.value|fireAt|resolveBelow|SignalsDto\.\w+)$/i;

let document: OpenAPIObject;
let operations: Operation[];
/** Every field that is sent or answered, by `Class.field` or `operation.parameter`. */
let fields: [string, BoundedSchema][];

beforeAll(async () => {
  document = await describedApi();
  operations = Object.values(document.paths).flatMap((item) => Object.values(item) as Operation[]);
  fields = [...bodyFields(), ...parameters()];
});

function schemas(): Record<string, { properties?: Record<string, BoundedSchema> }> {
  return (document.components?.schemas ?? {}) as ReturnType<typeof schemas>;
}

function bodyFields(): [string, BoundedSchema][] {
  return Object.entries(schemas()).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).map(([field, schema]): [string, BoundedSchema] => [
      `${name}.${field}`,
      schema,
    ]),
  );
}

function parameters(): [string, BoundedSchema][] {
  return operations.flatMap(({ operationId, parameters: taken = [] }) =>
    taken.map(({ name, schema }): [string, BoundedSchema] => [`${operationId}.${name}`, schema]),
  );
}

function isA(type: string, schema: BoundedSchema): boolean {
  return [schema.type].flat().includes(type);
}

function field(name: string): BoundedSchema {
  const [, schema] = fields.find(([known]) => known === name) ?? [];
  if (!schema) throw new Error(`${name} is not described`);
  return schema;
}

describe('the description of the API', () => {
  it('requires no header, and knows only those that clients choose to send', () => {
    const headers = operations.flatMap(({ parameters: taken = [] }) =>
      taken.filter((parameter) => parameter.in === 'header'),
    );
    expect(headers.filter(({ required }) => required)).toEqual([]);
    expect(new Set(headers.map(({ name }) => name))).toEqual(new Set(['Prefer', 'Idempotency-Key']));
  });

  it('says of every whole number that it is one', () => {
    const numbers = fields.filter(([, schema]) => isA('number', schema)).map(([name]) => name);
    expect(numbers.filter((name) => !MEASURED.test(name))).toEqual([]);
    expect(numbers).toContain('SearchHitDto.score');
    expect(field('listRuns.limit').type).toBe('integer');
  });

  it('says of amounts of money, tokens and stored bytes that they may not fit 32 bits', () => {
    const large = fields.filter(
      ([name, schema]) => /Micros|tokens[PT]|storageBytes/.test(name) && isA('integer', schema),
    );
    expect(large.length).toBeGreaterThan(10);
    expect(large.filter(([, { format }]) => format !== 'int64').map(([name]) => name)).toEqual([]);
  });

  it('says of every time that it is one', () => {
    const times = fields.filter(
      ([name, schema]) => /\.(at|since|until|from|to|\w+(At|Since))$/.test(name) && !isA('number', schema),
    );
    expect(times.length).toBeGreaterThan(60);
    expect(times.filter(([, { format }]) => format !== 'date-time').map(([name]) => name)).toEqual([]);
  });

  it('tells every rule that a body is checked by, where JSON Schema has a word for it', () => {
    const { looked, untold } = untoldRules(schemas());
    expect(looked).toBeGreaterThan(150);
    // A name that looks like an id: said in words, since not every generator knows a look ahead.
    expect(untold).toEqual(['CreateCollectionDto.name: matches']);
  });

  it('bounds what is checked elsewhere too, and the same thing alike wherever it is sent', () => {
    expect(field('PutTaxonomyDto.categories').maxItems).toBe(200);
    expect(field('CreateUploadDto.sha256').pattern).toBe('^[0-9a-fA-F]{64}$');
    expect(field('EnrichmentBatchFilterDto.category').maxLength).toBe(
      field('listTickets.category').maxLength,
    );
  });

  it('bounds every text of a query', () => {
    const texts = operations.flatMap(({ operationId, parameters: taken = [] }) =>
      taken
        .filter((parameter) => parameter.in === 'query' && isA('string', parameter.schema))
        .filter(({ schema }) => !schema.enum && schema.format === undefined && schema.maxLength === undefined)
        .map(({ name }) => `${operationId}.${name}`),
    );
    expect(texts).toEqual([]);
  });

  it('explains every tag it uses, and uses every tag it explains', () => {
    const used = new Set(operations.flatMap(({ tags }) => tags));
    expect(document.tags?.map(({ name }) => name).toSorted()).toEqual([...used].toSorted());
    expect(document.tags?.filter(({ description }) => !description)).toEqual([]);
  });

  it('says of everything that is counted that the database may be away, once', () => {
    const codesOf = ({ responses }: Operation) =>
      Object.keys(responses['503']?.content?.['application/problem+json']?.examples ?? {});
    const silent = operations
      .filter((operation) => !codesOf(operation).includes('service.unavailable'))
      .map(({ operationId }) => operationId);
    expect(silent.toSorted()).toEqual(['getHealth', 'getMetrics', 'getReadiness']);
    for (const { responses } of operations) {
      for (const { description } of Object.values(responses) as { description?: string }[]) {
        const codes = description?.match(/`[a-z_]+\.[a-z_]+`(?=:)/g) ?? [];
        expect(codes).toEqual([...new Set(codes)]);
      }
    }
  });

  it('names `Location` wherever there is something to be read by itself', () => {
    const without = operations.filter(({ responses }) =>
      [responses['201'], responses['202']].some(
        (answer) => answer !== undefined && answer.headers?.['Location'] === undefined,
      ),
    );
    const ids = without.map(({ operationId }) => operationId);
    expect(ids.filter((id) => !id.endsWith('EmbeddingProfile')).toSorted()).toEqual([
      'createInvitation',
      'createOrg',
      'rotateWebhookSecret',
    ]);
  });
});
