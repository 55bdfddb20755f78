import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';

describe('schemas of the API', () => {
  it('have names of their own: of two classes with one name, OpenAPI would show one', () => {
    const names = globSync('apps/api/src/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^(?:export )?class (\w+Dto)\b/gm)].map((match) => match[1]),
    );
    expect(names.length).toBeGreaterThan(80);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
