import type { AlertMetric, AlertState } from '../alert/alert-rule.js';

/** What a webhook can be told. */
export const WEBHOOK_EVENTS = ['alert.fired', 'alert.resolved'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Sent when somebody asks for it, to any webhook. */
export const TEST_EVENT = 'webhook.test';
export type SentEvent = WebhookEvent | typeof TEST_EVENT;

/** What an alert says. */
export interface AlertData {
  alertRuleId: string;
  name: string;
  metric: AlertMetric;
  /** The kind of run that is looked at; null for all. */
  kind: string | null;
  /** A share from 0 to 1, or seconds. */
  value: number;
  fireAt: number;
  resolveBelow: number;
  /** When it began to fire. */
  firingSince: string;
}

export function alertEventOf(state: AlertState): WebhookEvent {
  return state === 'firing' ? 'alert.fired' : 'alert.resolved';
}

/** The message as it is signed and sent, byte for byte, in every attempt. */
export function webhookBody(type: SentEvent, at: Date, data: object): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), data });
}
