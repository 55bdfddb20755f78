import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const REPOSITORY = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

interface Rule {
  alert?: string;
  expr: string;
  annotations?: { runbook: string };
}
interface RuleTest {
  alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[];
}

const rules = (
  parse(read('deploy/prometheus/docket.rules.yml')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert !== undefined);
const tests = (parse(read('deploy/prometheus/docket.rules.test.yml')) as { tests: RuleTest[] }).tests;
const panels = (
  JSON.parse(read('deploy/grafana/docket.json')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  }
).panels;

describe('alert rules', () => {
  it.each(alerts)('$alert leads to a section of a runbook', ({ annotations }) => {
    const [page, anchor] = annotations?.runbook.split('#') ?? [];
    const headings = [...read(page ?? '').matchAll(/^## (.+)$/gm)].map(([, heading]) =>
      toAnchor(heading ?? ''),
    );
    expect(headings).toContain(anchor);
  });

  it.each(alerts.map((rule) => [rule.alert]))('%s is seen to fire by a test of promtool', (alert) => {
    const firing = tests
      .flatMap((test) => test.alert_rule_test ?? [])
      .filter((test) => test.exp_alerts.length > 0)
      .map((test) => test.alertname);
    expect(firing).toContain(alert);
  });
});

describe('what rules and panels ask for', () => {
  const published = new Set(
    globSync('{apps,libs}/*/src/**/*.ts', { cwd: REPOSITORY }).flatMap((file) =>
      [...read(file).matchAll(/create\w+\(\s*'(docket_\w+)'/g)].map(([, name]) => name ?? ''),
    ),
  );
  const asked = [
    ...rules.map(({ alert, expr }): [string, string] => [alert ?? 'a recording', expr]),
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }): [string, string] => [title, expr])),
  ];

  it.each(asked)('%s: metrics that are published', (_, expr) => {
    const names = [...expr.matchAll(/docket_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
    expect(names.filter((name) => !published.has(name) && !published.has(`${name}_count`))).toEqual([]);
  });
});

/** As GitHub and most others make them. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-');
}
