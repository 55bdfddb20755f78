import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (path: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8'));

interface Dashboard {
  panels: {
    id: number;
    gridPos: { x: number; y: number; w: number; h: number };
    targets: { refId: string }[];
  }[];
}

const dashboard = read('../../../deploy/grafana/docket.json') as Dashboard;
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(
  read('dashboard.schema.json') as object,
);

describe('the dashboard', () => {
  it('has what Grafana needs to import and draw it', () => {
    validate(dashboard);
    expect(validate.errors).toBeNull();
  });

  it('of a made-up mistake is refused: a panel without a data source, one wider than the screen', () => {
    const [panel, ...others] = dashboard.panels;
    const { datasource: _, ...without } = { datasource: null, ...panel };
    expect(validate({ ...dashboard, panels: [without, ...others] })).toBe(false);
    expect(validate({ ...dashboard, panels: [{ ...panel, gridPos: { h: 8, w: 25, x: 0, y: 0 } }] })).toBe(
      false,
    );
  });

  it('has each panel once, beside the others and not upon them', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { targets } of panels)
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });
});
