import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { quietTemporal } from '../support/quiet-temporal.ts';
import { historyFile, readHistory, recordedNames } from './support/histories.ts';
import { WORKFLOW_BUNDLE } from './support/bench-workers.ts';
import { decisionScenarios } from './support/decision-scenarios.ts';
import { enrichmentScenarios } from './support/enrichment-scenarios.ts';
import { erasureScenarios } from './support/erasure-scenarios.ts';
import { replayScenarios } from './support/replay-scenarios.ts';
import { scenarios } from './support/scenarios.ts';
import { webhookDeliveryScenarios } from './support/webhook-delivery-scenarios.ts';

const INCOMPATIBLE = join(import.meta.dirname, 'incompatible/workflows.ts');

quietTemporal();

describe('the workflows of this build', () => {
  it.each(recordedNames())('go on with a run recorded earlier: %s', async (name) => {
    await Worker.runReplayHistory({ workflowBundle: { codePath: WORKFLOW_BUNDLE } }, readHistory(name));
  });
});

describe('a workflow changed without a patch marker', () => {
  let bundle: WorkflowBundleWithSourceMap;
  beforeAll(async () => {
    bundle = await bundleWorkflowCode({ workflowsPath: INCOMPATIBLE, logger: new DefaultLogger('ERROR') });
  }, 60_000);

  it.each(recordedNames())('is caught by the history %s', async (name) => {
    const replay = Worker.runReplayHistory({ workflowBundle: bundle }, readHistory(name));
    await expect(replay).rejects.toThrow(DeterminismViolationError);
  });
});

describe('the recorded histories', () => {
  it.each([
    ['document-ingest', scenarios],
    ['document-erasure', erasureScenarios],
    ['ticket-enrichment', enrichmentScenarios],
    ['enrichment-decision', decisionScenarios],
    ['enrichment-replay', replayScenarios],
    ['webhook-delivery', webhookDeliveryScenarios],
  ])('are one for every way that %s can go', (folder, played) => {
    const names = Object.keys(played).map((name) => `${folder}/${name}`);
    expect(recordedNames()).toEqual(expect.arrayContaining(names));
  });

  it.each(recordedNames())('are closed, since an open one proves nothing: %s', (name) => {
    expect(readHistory(name).events.at(-1)?.eventType).toMatch(
      /^EVENT_TYPE_WORKFLOW_EXECUTION_(COMPLETED|FAILED|CANCELED)$/,
    );
  });

  it.each(recordedNames())('name no machine, person or folder: %s', (name) => {
    const text = readFileSync(historyFile(name), 'utf8');
    expect(text).not.toMatch(/"(identity|stackTrace)"|\/(work|home|root|tmp|Users|node_modules)\/|\d@[a-z]/);
    expect(text).not.toContain(`@${hostname()}`);
  });
});
