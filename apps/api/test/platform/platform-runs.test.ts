import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../../test/support/database.ts';
import { startApi, type ApiServer } from '../support/api-server.ts';
import { newOrg, successful } from '../support/people.ts';

interface Listed {
  data: { id: string; org: string; executions: { workerBuild: string }[] }[];
  nextCursor: string | null;
}

let api: ApiServer;
let orgs: string[];
/** Public ids of all runs, newest first, in turns of one organisation and the other. */
let runs: string[];

beforeAll(async () => {
  api = await startApi();
  orgs = [(await newOrg(api)).id, (await newOrg(api)).id];
  runs = [];
  for (const org of [...orgs, ...orgs, ...orgs]) runs.unshift(await newRun(org));
});

afterAll(() => api.close());

async function newRun(org: string): Promise<string> {
  const id = newId();
  await api.database.tenants.withTenant(parseTypeId('org', org) ?? '', async (tx) => {
    await tx.runs.insert({
      ...{ id, kind: 'documentIngest', subjectKind: 'document', subjectId: newId(), workflowId: `w ${id}` },
      ...{ input: {}, requestId: id, traceparent: null },
    });
    await tx.runs.join(id, newId(), `build of ${id}`);
  });
  return toTypeId('run', id);
}

async function list(query: string): Promise<Listed> {
  return successful(await api.ask('GET', `/v1/platform/runs?${query}`, api.operatorToken)) as Listed;
}

describe('the runs of all organisations', () => {
  it('are listed newest first over all of them, page by page, each with its organisation and executions', async () => {
    const seen: Listed['data'] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Listed = await list(`limit=4${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.data);
      cursor = page.nextCursor;
    }
    expect(seen.map(({ id }) => id)).toEqual(runs);
    expect(seen.map(({ org }) => org)).toEqual(runs.map((_, index) => orgs[(index + 1) % 2]));
    for (const { id, executions } of seen)
      expect(executions).toMatchObject([{ workerBuild: `build of ${parseTypeId('run', id)}` }]);
  });

  it('are those of one where only that is asked for, and its audit says that somebody looked', async () => {
    const [org = ''] = orgs;
    const { data } = await list(`org=${org}`);
    expect(data.map(({ id }) => id)).toEqual(runs.filter((_, index) => index % 2 === 1));
    const [event] = await api.database.tenants.withTenant(parseTypeId('org', org) ?? '', (tx) =>
      tx.audit.list({ action: 'run.read_by_operator' }, { limit: 1, beforeSeq: null }),
    );
    expect(JSON.parse(event?.record ?? '{}')).toMatchObject({ after: { runs: 3 } });
  });
});
