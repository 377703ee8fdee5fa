import { Injectable } from '@nestjs/common';
import { ExchangeRates } from '../../domain/exchange-rates.js';
import { whyNotCancellable } from '../../domain/orders/cancellation.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import type { ProviderOrder } from '../../domain/providers/calls.js';
import type { Here } from '../../domain/providers/far-side.js';
import { caseFactsOf, type CaseTimes } from '../../domain/resolutions/case-facts.js';
import type { Decision, Evidence, Refusal } from '../../domain/resolutions/decisions.js';
import {
  findingsOf,
  permitted,
  refusedUnseen,
  type Finding,
  type Verdict,
} from '../../domain/resolutions/permitted.js';
import { NOTHING_SEEN } from '../../domain/resolutions/sighting.js';
import { disagreements, type Disagreement } from '../../domain/purchases/integrity.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { FarSides } from '../providers/far-sides.js';
import { FourEyes } from './four-eyes.js';
import { ReadEvidence } from './read-evidence.js';

/** A decision held against the order, the provider as it is now, and the evidence. */
export interface Examined {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** The purchase or payment that was read for it. */
  readonly purchase: ProviderOrder | null;
  /** In what that differs from the order. */
  readonly differences: readonly Disagreement[];
  readonly times: CaseTimes;
  /** Why the order cannot be cancelled, as a clause; null where it can. */
  readonly whyNotCancellable: string | null;
  /** The account that the provider was read at. */
  readonly here: Here;
}

/** Reads the provider itself, before every decision and again before every approval, and applies the one table. */
@Injectable()
export class ExamineCase {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly farSides: FarSides,
    private readonly fourEyes: FourEyes,
    private readonly rates: ExchangeRates,
    private readonly evidence: ReadEvidence,
  ) {}

  /** Where the record alone refuses the decision, nothing is asked of the provider. */
  async run(state: OrderState, decision: Decision, evidence: Evidence): Promise<Examined> {
    const { facts, times, here } = this.factsOf(state);
    const refused = refusedUnseen(facts, decision);
    const read = refused === null ? await this.evidence.run(state, decision, evidence) : NOTHING_READ;
    return {
      verdict: permitted(facts, decision, read.seen),
      findings: findingsOf(facts, decision, read.seen),
      purchase: read.purchase,
      differences: read.purchase ? disagreements(state.order, read.purchase) : [],
      times,
      whyNotCancellable: this.whyNotCancellable(state),
      here,
    };
  }

  /** What stands in the way of each decision before the provider is read. */
  refusedNow(state: OrderState, decision: Decision): { readonly refusal: Refusal; readonly until: Date | null } | null {
    const { facts, times } = this.factsOf(state);
    const refusal = refusedUnseen(facts, decision);
    return refusal && { refusal, until: untilOf(refusal, times) };
  }

  /** As a clause; null where it can be asked for. */
  whyNotCancellable(state: OrderState): string | null {
    return whyNotCancellable(state, this.providers.get(state.order.provider));
  }

  private factsOf(state: OrderState): ReturnType<typeof caseFactsOf> & { readonly here: Here } {
    const { id, capabilities } = this.providers.get(state.order.provider);
    const here = this.farSides.here(id);
    return { ...caseFactsOf(state, capabilities, here, this.fourEyes.isLarge(state.order, this.rates)), here };
  }
}

const NOTHING_READ = { seen: NOTHING_SEEN, purchase: null } as const;

/** When what stands in the way is over; null if that is not known. */
export const untilOf = (refusal: Refusal, { settledAt, pageClosesAt }: CaseTimes): Date | null => {
  if (refusal === 'settle_time_running' || refusal === 'gateway_still_resolving') return settledAt;
  return refusal === 'page_still_open' ? pageClosesAt : null;
};
