import type { DataSource } from 'typeorm';

/** So many runs, the oldest of them queued, or, where they failed, ended, at that time. */
export interface RunCount {
  kind: string;
  state: 'queued' | 'running' | 'waiting' | 'failed';
  errorCode: string | null;
  runs: number;
  oldest: Date;
}

/**
 * Work that must look across orgs. Each method calls one SECURITY DEFINER function that returns ids and nothing
 * else; whatever is done with an id is done in that org's own tenant transaction.
 */
export class SystemDatabase {
  constructor(private readonly dataSource: DataSource) {}

  /** The id of the person with this address, or null. What they are is read as that person. */
  async findUser(email: string): Promise<string | null> {
    const rows: { id: string | null }[] = await this.dataSource.query('select docket_find_user($1) as id', [
      email,
    ]);
    return rows[0]?.id ?? null;
  }

  /** The org and the id of the invitation with this hash, or null. Whether it still counts is read as the org. */
  async findInvitation(tokenHash: Buffer): Promise<{ orgId: string; invitationId: string } | null> {
    const rows: { org_id: string; invitation_id: string }[] = await this.dataSource.query(
      'select org_id, invitation_id from docket_find_invitation($1)',
      [tokenHash],
    );
    const row = rows[0];
    return row ? { orgId: row.org_id, invitationId: row.invitation_id } : null;
  }

  /** The orgs a person belongs to, the one they joined first leading. */
  async orgsOfUser(userId: string): Promise<string[]> {
    return this.ids('select org_id as id from docket_orgs_of_user($1)', [userId]);
  }

  /** Orgs of the installation, newest first, at most `most` of those before an id. */
  async orgIds(beforeId: string | null, most: number): Promise<string[]> {
    return this.ids('select org_id as id from docket_org_ids($1, $2)', [beforeId, most]);
  }

  /** Orgs whose term counts have changes to fold in, at most `most` of them. */
  async orgsWithLexemeChanges(most: number): Promise<string[]> {
    return this.ids('select org_id as id from docket_orgs_with_lexeme_changes($1)', [most]);
  }

  /** Orgs of at least so many passages, the largest first. */
  async orgsWithPassages(atLeast: number, most: number): Promise<string[]> {
    return this.ids('select org_id as id from docket_orgs_with_passages($1, $2)', [atLeast, most]);
  }

  /** Orgs with idempotency keys that are over, at most `most` of them. */
  async orgsWithExpiredIdempotencyKeys(most: number): Promise<string[]> {
    return this.ids('select org_id as id from docket_orgs_with_expired_idempotency_keys($1)', [most]);
  }

  /** Orgs with an audit chain, in the order of their ids, from behind one of them. */
  async orgsWithAuditEvents(afterOrg: string, most: number): Promise<string[]> {
    return this.ids('select org_id as id from docket_orgs_with_audit_events($1, $2)', [afterOrg, most]);
  }

  /** Runs that are queued for longer than the given time and that no sweep has looked at, oldest first. */
  async unstartedRuns(olderThanSeconds: number, most: number): Promise<{ orgId: string; runId: string }[]> {
    return this.dataSource.query(
      'select org_id as "orgId", run_id as "runId" from docket_unstarted_runs(make_interval(secs => $1), $2)',
      [olderThanSeconds, most],
    );
  }

  /** Orgs with alert rules, in the order of their ids, from behind one of them; null for the first. */
  async orgsWithAlertRules(afterOrg: string | null, most: number): Promise<string[]> {
    return this.ids('select org_id as id from docket_orgs_with_alert_rules($1, $2)', [afterOrg, most]);
  }

  /** Those of some runs, each of its org, that have ended or are not there. */
  async endedRuns(runs: readonly { orgId: string; runId: string }[]): Promise<string[]> {
    return this.ids('select run_id as id from docket_ended_runs($1, $2)', [
      runs.map(({ orgId }) => orgId),
      runs.map(({ runId }) => runId),
    ]);
  }

  /** Failed runs whose automatic retry is due, longest due first. */
  async dueRetries(most: number): Promise<{ orgId: string; runId: string }[]> {
    return this.dataSource.query('select org_id as "orgId", run_id as "runId" from docket_due_retries($1)', [
      most,
    ]);
  }

  /** Second looks at erased objects that are due, longest due first. */
  async dueObjectDeletions(most: number): Promise<{ orgId: string; objectDeletionId: string }[]> {
    return this.dataSource.query(
      'select org_id as "orgId", object_deletion_id as "objectDeletionId" from docket_due_object_deletions($1)',
      [most],
    );
  }

  /** Orgs with reservations of a budget that have run out longer ago than the given time, at most `most` of them. */
  async orgsWithOldReservations(olderThanSeconds: number, most: number): Promise<string[]> {
    return this.ids(
      'select org_id as id from docket_orgs_with_old_reservations(make_interval(secs => $1), $2)',
      [olderThanSeconds, most],
    );
  }

  /** Messages to webhooks that came, and whose runs ended, longer ago than the given time, oldest first. */
  async oldWebhookDeliveries(
    olderThanSeconds: number,
    most: number,
  ): Promise<{ orgId: string; deliveryId: string }[]> {
    return this.dataSource.query(
      'select org_id as "orgId", delivery_id as "deliveryId" from docket_old_webhook_deliveries(make_interval(secs => $1), $2)',
      [olderThanSeconds, most],
    );
  }

  /** Trials of prompts whose time is over, longest over first. */
  async expiredTrials(most: number): Promise<{ orgId: string; enrichmentId: string }[]> {
    return this.dataSource.query(
      'select org_id as "orgId", enrichment_id as "enrichmentId" from docket_expired_trials($1)',
      [most],
    );
  }

  /** Decisions of which something is left to be done that their workflows should have done, longest due first. */
  async dueDecisions(most: number): Promise<{ orgId: string; enrichmentId: string }[]> {
    return this.dataSource.query(
      'select org_id as "orgId", enrichment_id as "enrichmentId" from docket_due_decisions($1)',
      [most],
    );
  }

  /**
   * Uploads of versions that have ended for good, whose address ran out longer ago than the given time and whose staging
   * object nobody has cleared away yet.
   */
  async clearableUploads(
    olderThanSeconds: number,
    most: number,
  ): Promise<{ orgId: string; uploadId: string }[]> {
    return this.dataSource.query(
      'select org_id as "orgId", upload_id as "uploadId" from docket_clearable_uploads(make_interval(secs => $1), $2)',
      [olderThanSeconds, most],
    );
  }

  /** Open runs that nobody looked at for the given time, the longest first. */
  async overdueRuns(unseenForSeconds: number, most: number): Promise<{ orgId: string; runId: string }[]> {
    return this.dataSource.query(
      'select org_id as "orgId", run_id as "runId" from docket_overdue_runs(make_interval(secs => $1), $2)',
      [unseenForSeconds, most],
    );
  }

  /** Open and failed runs of the whole installation, by kind, state and, for failed ones, code. */
  async runCounts(): Promise<RunCount[]> {
    return this.dataSource.query(
      'select kind, state, error_code as "errorCode", runs::integer, oldest from docket_run_counts()',
    );
  }

  /** Takes or keeps the reconciler's lease. Answers how far back everything has been seen, or null while another holds it. */
  async holdReconciliation(holder: string, seconds: number): Promise<Date | null> {
    const [rows]: [{ seen_until: Date }[], number] = await this.dataSource.query(
      `update reconciliation set holder = $1, held_until = now() + make_interval(secs => $2)
        where holder = $1 or held_until < now() returning seen_until`,
      [holder, seconds],
    );
    return rows[0]?.seen_until ?? null;
  }

  /** Notes how far the reconciler got; never backwards, and only for who holds the lease. */
  async advanceReconciliation(holder: string, seenUntil: Date): Promise<void> {
    await this.dataSource.query(
      'update reconciliation set seen_until = greatest(seen_until, $2) where holder = $1',
      [holder, seenUntil],
    );
  }

  /** When any org last had a content indexed; null before the first. */
  async lastIndexedAt(): Promise<Date | null> {
    const rows: { at: Date | null }[] = await this.dataSource.query('select docket_last_indexed_at() as at');
    return rows[0]?.at ?? null;
  }

  /** Answers within the statement time-out, or throws: the readiness probe. */
  async ping(): Promise<void> {
    await this.dataSource.query('select 1');
  }

  private async ids(statement: string, parameters: unknown[]): Promise<string[]> {
    const rows: { id: string }[] = await this.dataSource.query(statement, parameters);
    return rows.map(({ id }) => id);
  }
}
