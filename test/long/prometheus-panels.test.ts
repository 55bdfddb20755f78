import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { anyFreePort } from '../../tools/stack/ports.ts';
import { prometheusProgram } from '../../tools/test-full/prometheus.ts';
import { markdown } from '../end-to-end/support/documents.ts';
import { GOOD, TicketBench } from '../end-to-end/support/tickets.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';
import { until } from '../support/until.ts';

jest.setTimeout(120_000);
quietTemporal();

const DEPLOY = resolve(import.meta.dirname, '../../deploy');
/** Scrapes come every second here, and Grafana takes four of them at least. */
const RATE_INTERVAL = '10s';

interface Panel {
  title: string;
  targets: { expr: string }[];
}

const { panels } = JSON.parse(readFileSync(join(DEPLOY, 'grafana/docket.json'), 'utf8')) as {
  panels: Panel[];
};
const queries = panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }): [string, string] => [title, expr.replaceAll('$__rate_interval', RATE_INTERVAL)]),
);

/** The indicators of the objectives, over seconds instead of days. */
const indicators = [
  ...readFileSync(resolve(DEPLOY, '../docs/objectives.md'), 'utf8').matchAll(
    /^(\w+):\n\n```promql\n(.*?)\n```/gms,
  ),
].map(([, name = '', query = '']): [string, string] => [
  name,
  query.replaceAll(/\[\d+d\]/g, `[${RATE_INTERVAL}]`),
]);

let bench: TicketBench;
let folder: string;
let prometheus: ChildProcess;
let url: string;
/** While it goes on there is something to count. */
let traffic: Promise<void>;
let isOver = false;

beforeAll(async () => {
  bench = await TicketBench.open();
  folder = mkdtempSync(join(tmpdir(), 'docket-prometheus-'));
  url = `http://127.0.0.1:${await anyFreePort()}`;
  writeFileSync(join(folder, 'prometheus.json'), JSON.stringify(configuration()));
  prometheus = spawn(
    prometheusProgram(),
    [
      `--config.file=${join(folder, 'prometheus.json')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await until('Prometheus is ready', async () => {
    const answer = await fetch(`${url}/-/ready`).catch(() => null);
    return answer?.status === 200;
  });
  traffic = keepBusy();
}, 180_000);

afterAll(async () => {
  isOver = true;
  await traffic;
  prometheus.kill();
  await once(prometheus, 'exit');
  rmSync(folder, { recursive: true, force: true });
  await bench.close();
}, 60_000);

/** JSON is YAML. */
function configuration(): object {
  const job = (name: 'api' | 'worker'): object => ({
    job_name: `docket-${name}`,
    static_configs: [{ targets: [new URL(bench.running[name].url).host] }],
  });
  return {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(DEPLOY, 'prometheus/docket.rules.yml')],
    scrape_configs: [job('api'), job('worker')],
  };
}

/** Of each kind of work something that goes well, something that fails and something that waits. */
async function keepBusy(): Promise<void> {
  await bench.docket.announce(markdown('waits for its upload'));
  for (let turn = 0; !isOver; turn += 1) {
    await bench.docket.upload(markdown(`turn ${turn}`));
    await bench.docket.upload({ ...markdown(`wrong ${turn}`), mediaType: 'application/pdf' });
    await bench.send(bench.nameFor(() => GOOD));
    await bench.docket.request('POST', '/v1/search', { query: 'Where is the drawer?' });
    await bench.docket.request('GET', '/v1/runs/run_01k8m3zq4yfk5tx2w7c9v1b6ng').catch(() => undefined);
  }
}

async function ask(query: string): Promise<number[]> {
  const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = (await answer.json()) as { data?: { result: { value: [number, string] }[] } };
  return (data?.result ?? []).map(({ value }) => Number(value[1])).filter((value) => !Number.isNaN(value));
}

describe('the dashboard, on a Prometheus that scrapes a running stack', () => {
  it.each(queries)('%s: %s has data', async (_, query) => {
    await until(`there is an answer to ${query}`, async () => (await ask(query)).length > 0, 60_000);
  });
});

describe('the service objectives, on the same', () => {
  it('have an indicator each, as far as they are measured', () => {
    expect(indicators.map(([name]) => name)).toEqual([
      'Availability',
      'Reads',
      'Documents',
      'Tickets',
      'Success',
      'Starts',
    ]);
  });

  it.each(indicators)('%s: %s has one value', async (_, query) => {
    await until(`there is an answer to ${query}`, async () => (await ask(query)).length === 1, 60_000);
  });
});

describe('the alert rules, on the same', () => {
  it('are all evaluated, without an error, and no page goes out for a stack that is well', async () => {
    const rulesOf = async () => {
      const { data } = (await (await fetch(`${url}/api/v1/rules`)).json()) as {
        data: {
          groups: {
            rules: { name: string; health: string; state?: string; labels: { severity?: string } }[];
          }[];
        };
      };
      return data.groups.flatMap(({ rules }) => rules);
    };
    await until('every rule was evaluated', async () =>
      (await rulesOf()).every(({ health }) => health !== 'unknown'),
    );
    const rules = await rulesOf();
    expect(rules.filter(({ health }) => health !== 'ok').map(({ name }) => name)).toEqual([]);
    expect(rules.length).toBeGreaterThan(10);
    expect(
      rules
        .filter(({ state, labels }) => state === 'firing' && labels.severity === 'page')
        .map(({ name }) => name),
    ).toEqual([]);
  });
});
