/** Which message an activity works for. Database ids (UUIDs). */
export interface WebhookDeliverySubject {
  orgId: string;
  deliveryId: string;
  runId: string;
}

export interface AttemptWebhookDeliveryInput extends WebhookDeliverySubject {
  /** How long is waited when this try fails; null when it was the last. */
  nextAfterMs: number | null;
}

export interface AttemptWebhookDeliveryResult {
  /** `failed` is tried again, as long as there is a next time; `over` is not, whatever was planned. */
  outcome: 'delivered' | 'failed' | 'over';
  /** Why it is not delivered. */
  code: string | null;
}

/** What `webhookDelivery` asks of the outside. Names are unique over all workers. */
export interface WebhookDeliveryActivities {
  attemptWebhookDelivery: (input: AttemptWebhookDeliveryInput) => Promise<AttemptWebhookDeliveryResult>;
  endWebhookDelivery: (input: WebhookDeliverySubject) => Promise<void>;
}
