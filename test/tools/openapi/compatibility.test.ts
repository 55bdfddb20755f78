/* eslint @typescript-eslint/no-explicit-any: off, @typescript-eslint/no-unsafe-member-access: off, @typescript-eslint/no-unsafe-return: off, @typescript-eslint/no-unsafe-call: off -- a change takes away what a type would say is there */
import { describe, expect, it } from '@jest/globals';
import { incompatibilities } from '../../../tools/openapi/compatibility.ts';

/** A small API with one of everything that is compared. */
function api() {
  return {
    paths: {
      '/v1/things': {
        get: {
          operationId: 'listThings',
          'x-docket-access': { credential: 'tenant', scope: 'things:read', roles: ['viewer', 'owner'] },
          parameters: [
            {
              name: 'limit',
              in: 'query',
              required: false,
              schema: { type: 'integer', minimum: 1, maximum: 200 },
            },
            {
              name: 'state',
              in: 'query',
              required: false,
              schema: { type: 'string', enum: ['open', 'closed'] },
            },
          ],
          responses: {
            200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Page' } } } },
          },
        },
        post: {
          operationId: 'createThing',
          'x-docket-access': { credential: 'tenant', scope: 'things:write', roles: ['owner'] },
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/NewThing' } } },
          },
          responses: {
            201: {
              content: {
                'application/json': { schema: { allOf: [{ $ref: '#/components/schemas/Thing' }] } },
              },
            },
            409: {},
          },
        },
      },
    },
    components: {
      schemas: {
        Page: {
          type: 'object',
          properties: { data: { type: 'array', items: { $ref: '#/components/schemas/Thing' } } },
          required: ['data'],
        },
        Thing: {
          type: 'object',
          properties: {
            id: { type: 'string' },
            size: { type: 'integer' },
            state: { type: 'string', enum: ['open', 'closed'] },
            note: { type: ['string', 'null'] },
            parent: { $ref: '#/components/schemas/Thing' },
            owner: { anyOf: [{ type: 'string' }, { type: 'null' }] },
          },
          required: ['id', 'size', 'state'],
        },
        NewThing: {
          type: 'object',
          properties: {
            name: { type: 'string', maxLength: 100 },
            kind: { type: 'string', enum: ['big', 'small'] },
            note: { type: ['string', 'null'] },
          },
          required: ['name'],
        },
      },
    },
  };
}

type Api = ReturnType<typeof api>;
/** Anything may be done to a copy. */
type Change = (changed: any) => unknown;

function after(change: Change): string[] {
  const changed: Api = api();
  change(changed);
  return incompatibilities(api(), changed);
}

const things = (document: any): any => document.paths['/v1/things'];

describe('a change that a client would stumble over is named', () => {
  it.each<[string, Change, string]>([
    ['an operation goes', (d) => delete things(d).post, 'POST /v1/things is gone'],
    ['a path goes', (d) => delete d.paths['/v1/things'], 'GET /v1/things is gone'],
    ['an operation is renamed', (d) => (things(d).get.operationId = 'all'), 'its name is all'],
    [
      'a role is shut out',
      (d) => things(d).get['x-docket-access'].roles.shift(),
      'no longer for who is viewer',
    ],
    [
      'another scope is asked for',
      (d) => (things(d).get['x-docket-access'].scope = 'x'),
      'takes the scope x',
    ],
    [
      'another credential is asked for',
      (d) => (things(d).get['x-docket-access'].credential = 'operator'),
      'takes the credential operator',
    ],
    ['a parameter goes', (d) => things(d).get.parameters.pop(), 'query parameter state is gone'],
    [
      'a parameter is required',
      (d) => (things(d).get.parameters[0].required = true),
      'query parameter limit is now required',
    ],
    [
      'a bound is lowered',
      (d) => (things(d).get.parameters[0].schema.maximum = 100),
      'its maximum is 100, and was 200',
    ],
    [
      'a bound is raised',
      (d) => (things(d).get.parameters[0].schema.minimum = 2),
      'its minimum is 2, and was 1',
    ],
    [
      'a value is no longer taken',
      (d) => d.components.schemas.NewThing.properties.kind.enum.pop(),
      'body.kind no longer takes small',
    ],
    [
      'a text may be shorter only',
      (d) => (d.components.schemas.NewThing.properties.name.maxLength = 50),
      'body.name: its maxLength is 50',
    ],
    [
      'a pattern is asked for',
      (d) => (d.components.schemas.NewThing.properties.name.pattern = '^a'),
      'body.name: its pattern is ^a',
    ],
    [
      'a field of a request goes',
      (d) => delete d.components.schemas.NewThing.properties.kind,
      'body.kind is gone',
    ],
    [
      'a field of a request is required',
      (d) => d.components.schemas.NewThing.required.push('kind'),
      'body.kind is now required',
    ],
    [
      'a new field of a request is required',
      (d) => {
        d.components.schemas.NewThing.properties.colour = { type: 'string' };
        d.components.schemas.NewThing.required.push('colour');
      },
      'body.colour is now required',
    ],
    [
      'null is no longer taken',
      (d) => (d.components.schemas.NewThing.properties.note.type = 'string'),
      'body.note is string, not string or null',
    ],
    [
      'a type is another',
      (d) => (d.components.schemas.NewThing.properties.name.type = 'integer'),
      'body.name is integer, not string',
    ],
    [
      'a body of another media type',
      (d) => {
        const { content } = things(d).post.requestBody;
        content['application/x-ndjson'] = content['application/json'];
        delete content['application/json'];
      },
      'body: no application/json any more',
    ],
    [
      'a success has another status',
      (d) => {
        things(d).post.responses[202] = things(d).post.responses[201];
        delete things(d).post.responses[201];
      },
      'no longer answers 201',
    ],
    [
      'a field of an answer goes',
      (d) => delete d.components.schemas.Thing.properties.size,
      'answer 200.data[].size is gone',
    ],
    [
      'a field of an answer is renamed',
      (d) => {
        const { properties } = d.components.schemas.Thing;
        properties.bytes = properties.size;
        delete properties.size;
      },
      'answer 201.size is gone',
    ],
    [
      'a field of an answer may be missing',
      (d) => d.components.schemas.Thing.required.pop(),
      'answer 201.state may be missing now',
    ],
    [
      'a field of an answer may be null',
      (d) => (d.components.schemas.Thing.properties.size.type = ['integer', 'null']),
      'size is integer or null, not integer',
    ],
    [
      'a number of an answer is no whole one',
      (d) => (d.components.schemas.Thing.properties.size.type = 'number'),
      'size is number, not integer',
    ],
    [
      'an answer has another alternative',
      (d) => d.components.schemas.Thing.properties.owner.anyOf.push({ type: 'integer' }),
      'owner has an alternative that is new',
    ],
  ])('%s', (_, change, problem) => {
    expect(after(change)).toContainEqual(expect.stringContaining(problem));
  });
});

describe('a change that no client notices is none', () => {
  it.each<[string, Change]>([
    ['nothing', () => undefined],
    ['an operation more', (d) => (things(d).put = things(d).post)],
    [
      'an optional parameter more',
      (d) => things(d).get.parameters.push({ name: 'q', in: 'query', required: false }),
    ],
    ['a value more that is taken', (d) => d.components.schemas.NewThing.properties.kind.enum.push('huge')],
    ['a value more that is answered', (d) => d.components.schemas.Thing.properties.state.enum.push('late')],
    [
      'an optional field more in a request',
      (d) => (d.components.schemas.NewThing.properties.colour = { type: 'string' }),
    ],
    ['a field more in an answer', (d) => (d.components.schemas.Thing.properties.colour = { type: 'string' })],
    ['a required field is optional', (d) => d.components.schemas.NewThing.required.pop()],
    ['a wider bound', (d) => (d.components.schemas.NewThing.properties.name.maxLength = 200)],
    ['an answer that is never null', (d) => (d.components.schemas.Thing.properties.note.type = 'string')],
    ['a role more', (d) => things(d).post['x-docket-access'].roles.push('admin')],
    [
      'a schema has another name',
      (d) => {
        d.components.schemas.Item = d.components.schemas.Thing;
        d.components.schemas.Page.properties.data.items.$ref = '#/components/schemas/Item';
      },
    ],
  ])('%s', (_, change) => {
    expect(after(change)).toEqual([]);
  });
});
