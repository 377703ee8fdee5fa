/** The engine's adjustable times; `domain/purchases/timing` has those on which safety rests. */
export class EngineSettings {
  constructor(
    /** Delays between looks at an order that its provider has, by the number of looks without a change. The last repeats. */
    readonly pollDelaysMs: readonly number[],
    /** Two orders that say the same within this time are taken for one, unless the caller says otherwise. */
    readonly duplicateWindowMs: number,
  ) {}
}
