import { join } from 'node:path';

import { readFields } from './files.ts';
import type { StackHome } from './home.ts';
import { StackError } from './stack-error.ts';

/** Absolute paths, as tools/bootstrap.py found or installed them. */
export interface Tools {
  readonly node: string;
  readonly temporal: string;
  readonly temporalTestServer: string;
  readonly postgresBin: string;
}

export function readTools(home: StackHome): Tools {
  const file = join(home.toolsDir, 'tools.json');
  const fields = readFields(file) ?? {};
  const path = (name: keyof Tools): string => {
    const value = fields[name];
    if (typeof value === 'string') return value;
    throw new StackError(`${file} does not say where ${name} is.`, 'run `python3 tools/bootstrap.py`.');
  };
  return {
    node: path('node'),
    temporal: path('temporal'),
    temporalTestServer: path('temporalTestServer'),
    postgresBin: path('postgresBin'),
  };
}
