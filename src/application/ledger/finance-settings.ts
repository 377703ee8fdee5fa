/** How finance works. */
export class FinanceSettings {
  constructor(
    /** Where its months begin and end: an IANA name. */
    readonly timeZone: string,
  ) {}
}
