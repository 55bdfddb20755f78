import { describe, expect, it } from '@jest/globals';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { OPERATION_METADATA } from '../../src/access/operation.decorator.ts';
import { OPERATIONS, type OperationRule } from '../../src/access/operations.ts';
import { SCOPES } from '../../src/access/scopes.ts';

interface Handler {
  name: string;
  /** Of the controller: where its routes begin. */
  path: string;
  operation: string | undefined;
}

const SOURCE = resolve(import.meta.dirname, '../../src');

/** Every route handler of every controller in the source, registered or not, with the operation it declares. */
async function routeHandlers(): Promise<Handler[]> {
  const handlers: Handler[] = [];
  for (const file of globSync('**/*.controller.ts', { cwd: SOURCE })) {
    const exported: Record<string, unknown> = await import(resolve(SOURCE, file));
    for (const value of Object.values(exported)) {
      if (typeof value === 'function' && Reflect.hasMetadata(PATH_METADATA, value))
        handlers.push(...handlersOf(value));
    }
  }
  return handlers;
}

function handlersOf(controller: { name: string; prototype: unknown }): Handler[] {
  const { prototype } = controller;
  if (typeof prototype !== 'object' || prototype === null) return [];
  const path = String(Reflect.getMetadata(PATH_METADATA, controller));
  return Object.values(Object.getOwnPropertyDescriptors(prototype)).flatMap(({ value }) => {
    const method: unknown = value;
    if (typeof method !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, method)) return [];
    const operation: unknown = Reflect.getMetadata(OPERATION_METADATA, method);
    const name = `${controller.name}.${method.name}`;
    return [{ name, path, operation: typeof operation === 'string' ? operation : undefined }];
  });
}

const handlers = await routeHandlers();
const rules: [string, OperationRule][] = Object.entries(OPERATIONS);

describe('the table of operations', () => {
  it('is declared by every route handler of every controller', () => {
    expect(handlers.length).toBeGreaterThan(15);
    expect(handlers.filter(({ operation }) => operation === undefined)).toEqual([]);
  });

  it('has one handler for every operation, and no operation has two', () => {
    const declared = handlers.map(({ operation }) => operation ?? '');
    expect(declared.toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  });

  it('asks for a scope that keys can carry, and always lets an owner', () => {
    for (const [operation, rule] of rules) {
      if (rule.credential !== 'tenant') continue;
      expect({ operation, known: rule.scope === 'any' || SCOPES.includes(rule.scope) }).toEqual({
        operation,
        known: true,
      });
      expect({ operation, roles: rule.roles }).toEqual({
        operation,
        roles: expect.arrayContaining(['owner']),
      });
    }
  });

  it('opens to anybody only what brings its credential in the body, and what says how the process is', () => {
    const open = rules.filter(([, { credential }]) => credential === 'none').map(([operation]) => operation);
    expect(open).toEqual([
      ...['signIn', 'refreshTokens', 'signOut', 'acceptInvitation', 'listPublicKeys'],
      ...['getHealth', 'getReadiness', 'getMetrics'],
    ]);
  });

  it('asks for a scope to change anything, and for more than a viewer', () => {
    for (const [operation, rule] of rules) {
      if (rule.credential !== 'tenant' || /^(get|list|search)/.test(operation)) continue;
      expect({ operation, scope: rule.scope, viewer: rule.roles.includes('viewer') }).toEqual({
        operation,
        scope: expect.stringMatching(/:(write|act|admin)$/),
        viewer: false,
      });
    }
  });

  it('has what operators do under /v1/platform, and nothing else there', () => {
    for (const { operation, path } of handlers) {
      const byOperator = rules.find(([id]) => id === operation)?.[1].credential === 'operator';
      expect({ operation, path, byOperator }).toEqual({
        operation,
        path,
        byOperator: `${path}/`.startsWith('v1/platform/'),
      });
    }
  });
});
