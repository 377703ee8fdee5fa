import { Injectable } from '@nestjs/common';
import { CASE_ACT_NAMES, whyNotAct, type CaseAct } from '../../domain/operators/case-acts.js';
import { isTerminal } from '../../domain/orders/lifecycle.js';
import type { Order } from '../../domain/orders/order.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { nameless, type Disagreement } from '../../domain/purchases/integrity.js';
import { DECISION_NAMES, REFUSALS } from '../../domain/resolutions/decisions.js';
import { CaseworkRepository, type Note, type Owner } from '../../persistence/ops/casework.repository.js';
import { OrderDetailsRepository, type OrderDetails } from '../../persistence/ops/order-details.repository.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import type { Principal } from '../access/principal.js';
import { FindOrder } from '../orders/find-order.js';
import { LostOrders } from '../orders/lost-orders.js';
import { ExamineCase } from '../resolutions/examine-case.js';

/** All are in the timeline. */
const NOTES = 20;

/** An order with all that an operator looks at before deciding on it. */
export interface Case {
  readonly order: Order;
  readonly details: OrderDetails;
  readonly owner: Owner | null;
  /** The latest, newest first. */
  readonly notes: readonly Note[];
  /** What whoever looks can do about it; of what they cannot, why not. */
  readonly acts: readonly { readonly act: CaseAct; readonly whyNot: string | null }[];
  /** Pages of the provider itself about the order. */
  readonly providerLinks: readonly string[];
  /** In what the provider differs from the order; empty where that is not known. */
  readonly differences: readonly (Disagreement & { readonly isAccepted: boolean })[];
}

@Injectable()
export class ReadCase {
  constructor(
    private readonly find: FindOrder,
    private readonly orders: OrdersRepository,
    private readonly details: OrderDetailsRepository,
    private readonly casework: CaseworkRepository,
    private readonly examine: ExamineCase,
    private readonly providers: ProviderDirectory,
    private readonly lost: LostOrders,
  ) {}

  async run(orderId: string, caller: Pick<Principal, 'operator' | 'scopes'>): Promise<Case> {
    const order = await this.find.run(orderId, 'all_tenants');
    const [state, details, owner, notes] = await Promise.all([
      this.orders.readState(orderId),
      this.details.find(orderId),
      this.casework.ownerOf(orderId),
      this.casework.notes(orderId, NOTES),
    ]);
    if (!details || !state) throw this.lost.report(orderId, order);
    return {
      order: state.order,
      details,
      owner,
      notes,
      acts: this.actsOn(state, { owner, hasProposal: details.proposalId !== null, caller }),
      providerLinks: this.linksOf(state.order),
      differences: await this.differencesOf(state),
    };
  }

  private actsOn(
    state: OrderState,
    of: { owner: Owner | null; hasProposal: boolean; caller: Pick<Principal, 'operator' | 'scopes'> },
  ): Case['acts'] {
    const facts = {
      operatorId: of.caller.operator?.id ?? null,
      mayAct: of.caller.scopes.has('ops:act'),
      ownerId: of.owner?.id ?? null,
      hasEnded: isTerminal(state.order.status),
      hasProposal: of.hasProposal,
      ...this.whyNot(state),
    };
    return CASE_ACT_NAMES.map((act) => ({ act, whyNot: whyNotAct(act, facts) }));
  }

  /** Of a provider that is off here, nothing can be read, and so nothing decided. */
  private whyNot(state: OrderState): {
    readonly whyNotCancellable: string | null;
    readonly whyNotDecidable: string | null;
  } {
    if (!this.providers.find(state.order.provider)) {
      const why = 'its provider is not enabled here';
      return { whyNotCancellable: why, whyNotDecidable: why };
    }
    const against = DECISION_NAMES.filter((decision) => decision !== 'cancel').map(
      (decision) => this.examine.refusedNow(state, decision)?.refusal ?? null,
    );
    const first = against.find((refusal) => refusal !== 'not_applicable') ?? 'not_applicable';
    return {
      whyNotCancellable: this.examine.whyNotCancellable(state),
      whyNotDecidable: against.includes(null) ? null : REFUSALS[first],
    };
  }

  private linksOf({ provider, providerOrderId, status }: Order): readonly string[] {
    const page = this.providers.find(provider)?.capabilities.orderPage ?? null;
    if (page === null || providerOrderId === null || status === 'cancelled') return [];
    return [page.replace('{id}', encodeURIComponent(providerOrderId))];
  }

  /** What was flagged last, or else what people have accepted. */
  private async differencesOf({ order, accepted }: OrderState): Promise<Case['differences']> {
    const isFlagged = order.review?.reason === 'answer_disagrees';
    const flag = isFlagged ? (await this.orders.flagsOf(order.id, 'answer_disagrees')).at(-1) : undefined;
    return nameless(flag?.disagreements ?? accepted).map((each) => ({ ...each, isAccepted: flag === undefined }));
  }
}
