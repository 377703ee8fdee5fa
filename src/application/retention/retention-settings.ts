/** How many days what is kept. */
export class RetentionSettings {
  constructor(
    /** After a quote has expired, unless an order came from it. */
    readonly quotesDays: number,
    /** After an order has ended: what was sent, received and answered about it. */
    readonly recordsDays: number,
    /** After an order has ended; null for good. */
    readonly personalDataDays: number | null,
    /** After a run has ended: what it read and found, once nothing rests on it. */
    readonly reconciliationDays: number,
  ) {}
}
