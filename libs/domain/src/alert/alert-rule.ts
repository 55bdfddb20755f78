/** What an organisation can be alerted on. A rate is a share from 0 to 1, an age is in seconds. */
export const ALERT_METRICS = ['failure_rate', 'oldest_failure_age', 'oldest_wait_age'] as const;
export type AlertMetric = (typeof ALERT_METRICS)[number];

export const ALERT_STATES = ['ok', 'firing'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** The two thresholds: between them a rule stays as it is, so that a value that wavers around one of them is one alert. */
export interface AlertThresholds {
  /** Fires at this value or above. */
  fireAt: number;
  /** Ends below this value. */
  resolveBelow: number;
}

export interface AlertMeasurement {
  value: number;
  /** False where too little was measured to alarm anybody; what fires may end all the same. */
  isTelling: boolean;
}

/** Where a rule goes with what was measured now. */
export function nextAlertState(
  state: AlertState,
  { fireAt, resolveBelow }: AlertThresholds,
  { value, isTelling }: AlertMeasurement,
): AlertState {
  if (state === 'firing') return value < resolveBelow ? 'ok' : 'firing';
  return isTelling && value >= fireAt ? 'firing' : 'ok';
}
