import type { AlertRule, AlertRuleSettings } from '@docket/db/alert-rules';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../http/page.js';
import { IdempotentAnswers } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import type { AlertRuleDto, CreateAlertRuleDto, UpdateAlertRuleDto } from './alert-rule.dto.js';

/** Each is measured once a minute. */
const MOST_RULES = 20;
const WINDOW_SECONDS = 900;
const MINIMUM_RUNS = 10;

/** What an organisation is alerted on. The sweep measures it, and webhooks are told. */
@Injectable()
export class AlertRulesService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly answers: IdempotentAnswers,
  ) {}

  /** @throws DocketError `request.invalid`, `quota.alert_rules_exceeded` */
  async create(orgId: string, dto: CreateAlertRuleDto): Promise<AlertRuleDto> {
    const id = newId();
    const rule: AlertRuleSettings = {
      ...{ name: dto.name, metric: dto.metric, kind: dto.kind ?? null },
      ...{ fireAt: dto.fireAt, resolveBelow: dto.resolveBelow },
      windowSeconds: dto.windowSeconds ?? WINDOW_SECONDS,
      minimumRuns: dto.minimumRuns ?? MINIMUM_RUNS,
    };
    refuseUnfit(rule);
    return this.tenants.withTenant(orgId, async (tx) => {
      if (!(await tx.alertRules.insert(id, rule, MOST_RULES))) throw tooMany();
      const body = show(await find(tx, id));
      tx.audit.append({ action: 'alert_rule.create', subject: body.id, after: { ...rule } });
      await this.answers.settle(tx, { status: 201, location: `/v1/alert-rules/${body.id}`, body });
      return body;
    });
  }

  async list(orgId: string, query: PageQuery): Promise<Page<AlertRuleDto>> {
    const page = idPage(query, 'alertRule');
    const rows = await this.tenants.withTenant(orgId, (tx) => tx.alertRules.list(page));
    return toPage(rows, page.limit, show, idCursor('alertRule'));
  }

  async get(orgId: string, id: string): Promise<AlertRuleDto> {
    return show(await this.tenants.withTenant(orgId, (tx) => find(tx, id)));
  }

  /**
   * Changes what is given and leaves the rest.
   *
   * @throws DocketError `request.invalid`
   */
  async update(orgId: string, id: string, changes: UpdateAlertRuleDto): Promise<AlertRuleDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const before = settingsOf(await lock(tx, id));
      const given = Object.entries(changes).filter(([, value]) => value !== undefined);
      const after: AlertRuleSettings = { ...before, ...Object.fromEntries(given) };
      refuseUnfit(after);
      await tx.alertRules.update(id, after);
      const subject = toTypeId('alertRule', id);
      tx.audit.append({ action: 'alert_rule.update', subject, before: { ...before }, after: { ...after } });
      return show(await find(tx, id));
    });
  }

  /** Deletes a rule. One that fires says nothing more. */
  async delete(orgId: string, id: string): Promise<void> {
    await this.tenants.withTenant(orgId, async (tx) => {
      const before = settingsOf(await lock(tx, id));
      await tx.alertRules.delete(id);
      const subject = toTypeId('alertRule', id);
      tx.audit.append({ action: 'alert_rule.delete', subject, before: { ...before } });
    });
  }
}

async function find(tx: TenantTransaction, id: string): Promise<AlertRule> {
  const rule = await tx.alertRules.find(id);
  if (!rule) throw notFound('alertRule');
  return rule;
}

async function lock(tx: TenantTransaction, id: string): Promise<AlertRule> {
  const rule = await tx.alertRules.lock(id);
  if (!rule) throw notFound('alertRule');
  return rule;
}

function settingsOf(rule: AlertRule): AlertRuleSettings {
  const { name, metric, kind, fireAt, resolveBelow, windowSeconds, minimumRuns } = rule;
  return { name, metric, kind, fireAt, resolveBelow, windowSeconds, minimumRuns };
}

/** A rule that could never fire, could never end, or could do both at once, is a slip. */
function refuseUnfit({ metric, fireAt, resolveBelow }: AlertRuleSettings): void {
  if (fireAt <= 0) throw invalid('fireAt', 'must be more than 0');
  if (metric === 'failure_rate' && fireAt > 1) throw invalid('fireAt', 'must be a share, at most 1');
  if (resolveBelow <= 0) throw invalid('resolveBelow', 'must be more than 0: no value lies below that');
  if (resolveBelow > fireAt) throw invalid('resolveBelow', 'must not be above fireAt');
}

function invalid(path: string, message: string): DocketError {
  return new DocketError('request.invalid', `${path}: ${message}`, {
    problems: [{ path, code: 'is_alert_rule', message }],
  });
}

function tooMany(): DocketError {
  return new DocketError(
    'quota.alert_rules_exceeded',
    `An organisation can have ${MOST_RULES} alert rules. Delete one that nobody needs.`,
  );
}

function show(rule: AlertRule): AlertRuleDto {
  return {
    id: toTypeId('alertRule', rule.id),
    ...settingsOf(rule),
    state: rule.state,
    changedAt: rule.changedAt?.toISOString() ?? null,
    value: rule.value,
    evaluatedAt: rule.evaluatedAt?.toISOString() ?? null,
    createdAt: rule.createdAt.toISOString(),
  };
}
