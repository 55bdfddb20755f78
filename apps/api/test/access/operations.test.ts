import { describe, expect, it } from '@jest/globals';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { OPERATION_METADATA } from '../../src/access/operation.decorator.ts';
import { OPERATIONS, type OperationRule } from '../../src/access/operations.ts';
import { SCOPES } from '../../src/access/scopes.ts';

interface Handler {
  name: string;
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
  return Object.values(Object.getOwnPropertyDescriptors(prototype)).flatMap(({ value }) => {
    const method: unknown = value;
    if (typeof method !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, method)) return [];
    const operation: unknown = Reflect.getMetadata(OPERATION_METADATA, method);
    const name = `${controller.name}.${method.name}`;
    return [{ name, operation: typeof operation === 'string' ? operation : undefined }];
  });
}

const handlers = await routeHandlers();

describe('the table of operations', () => {
  it('is declared by every route handler of every controller', () => {
    expect(handlers.length).toBeGreaterThan(15);
    expect(handlers.filter(({ operation }) => operation === undefined)).toEqual([]);
  });

  it('has one handler for every operation, and no operation has two', () => {
    const declared = handlers.map(({ operation }) => operation ?? '');
    expect(declared.toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  });

  it('asks for a scope that keys can carry', () => {
    const rules: [string, OperationRule][] = Object.entries(OPERATIONS);
    for (const [operation, { scope }] of rules) {
      const known = scope === null || scope === 'any' || SCOPES.includes(scope);
      expect({ operation, known }).toEqual({ operation, known: true });
    }
  });

  it('opens to anybody only what says how the process is', () => {
    const rules: [string, OperationRule][] = Object.entries(OPERATIONS);
    expect(rules.filter(([, { scope }]) => scope === null).map(([operation]) => operation)).toEqual([
      'getHealth',
      'getReadiness',
      'getMetrics',
    ]);
  });

  it('lets no reading scope change anything: what is called get or list only reads, everything else asks for more', () => {
    const rules: [string, OperationRule][] = Object.entries(OPERATIONS);
    for (const [operation, { scope }] of rules) {
      const reads = /^(get|list|search)/.test(operation);
      if (!reads)
        expect({ operation, scope }).toEqual({
          operation,
          scope: expect.stringMatching(/:(write|act|admin)$/),
        });
    }
  });
});
