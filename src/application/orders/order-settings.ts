/** The engine's configurable times. Those on which safety rests are constants in `domain/purchases/timing`. */
export class OrderSettings {
  constructor(
    /**
     * Delays between polls of an order that its provider has, by the number of polls without a change. The last
     * repeats.
     */
    readonly pollDelaysMs: readonly number[],
    /** An order that says the same as one within this time is refused as a duplicate, unless the caller allows it. */
    readonly duplicateWindowMs: number,
  ) {}
}
