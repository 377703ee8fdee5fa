export const PROJECT_ACTIVITIES = ['reduction', 'removal', 'mixed'] as const;
export const PROJECT_SINKS = ['biogenic', 'technological'] as const;

/** What finance knows of a project from a day on. Null: not known; nothing is guessed where it is asked for. */
export interface ProjectFacts {
  /** As `registryName` writes it. */
  readonly registry: string;
  readonly registryProjectId: string;
  /** 2026-11-26 */
  readonly validFrom: string;
  readonly name: string | null;
  /** ISO 3166, two letters. */
  readonly country: string | null;
  readonly standard: string | null;
  readonly methodology: string | null;
  readonly activity: (typeof PROJECT_ACTIVITIES)[number] | null;
  readonly sink: (typeof PROJECT_SINKS)[number] | null;
  readonly article6Adjusted: boolean | null;
  readonly ccpLabel: boolean | null;
  /** Where it is from. */
  readonly source: string;
}

/** As they are kept. Of several about one day, the latest counts. */
export interface KeptProjectFacts extends ProjectFacts {
  readonly id: string;
  /** The name of the operator; null for a machine. */
  readonly enteredBy: string | null;
  readonly enteredAt: Date;
}
