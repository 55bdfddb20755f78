/** What a call to a model comes to, or may come to. */
export interface BudgetAmount {
  /** Of every class together. */
  tokens: number;
  /** Millionths of a US dollar; 0 for a model without a price. */
  costMicros: number;
}

/** What an organisation allows itself a day, below its plan; null is no limit of its own. */
export interface DailyBudget {
  tokensPerDay: number | null;
  costMicrosPerDay: number | null;
}
