import type { Offering } from '../../domain/catalog/offering.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import type {
  Operation,
  OrderWindow,
  ProviderCall,
  ProviderOrder,
  ProviderOrderPage,
  ProviderQuote,
  PurchaseRequest,
  QuoteRequest,
  Submission,
} from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import type { Capabilities } from '../../domain/providers/capabilities.js';
import { absentAsNull } from '../kit/absent.js';
import { classify } from '../kit/classify.js';
import { readable } from '../kit/decode.js';
import { couldBeWithin } from '../kit/order-window.js';
import { refusal } from '../kit/refusal.js';
import { assertSameId } from '../kit/same-id.js';
import { ONE_TRIBE } from './one-tribe.capabilities.js';
import { createdAt, type OneTribeClient, type Page } from './one-tribe.client.js';
import { oneTribeDialect } from './one-tribe.errors.js';
import { cheapestFor, toOffering, toOrder, toQuote, toTransactionBody, toUnreadRow } from './one-tribe.mapping.js';
import type { ProjectWire } from './one-tribe.wire.js';

const AT_QUOTE = { provider: ONE_TRIBE, operation: 'quote' } as const;

/** One Tribe: projects by the tonne, recorded for a monthly invoice, with nothing that protects a repeat. */
export class OneTribeAdapter implements OffsetProvider {
  readonly id = ONE_TRIBE;
  readonly displayName = 'One Tribe';

  constructor(
    private readonly client: OneTribeClient,
    readonly capabilities: Capabilities,
  ) {}

  async offerings(call: ProviderCall): Promise<readonly Offering[]> {
    const pages = await this.projectPages('offerings', call);
    return pages.flatMap(({ rows, receivedAt }) =>
      rows.filter(({ project_status }) => project_status === 'active').map((wire) => toOffering(wire, receivedAt)),
    );
  }

  /** Computed from the project's price: One Tribe quotes nothing. */
  async quote({ providerOfferingId, mass }: QuoteRequest, call: ProviderCall): Promise<ProviderQuote> {
    if (providerOfferingId === null) {
      const pages = await this.projectPages('quote', call);
      const cheapest = cheapestFor(
        mass,
        pages.flatMap(({ rows }) => rows),
      );
      if (!cheapest) throw refusal(AT_QUOTE, 'mass_not_orderable', 'no project sells this mass');
      return toQuote(cheapest, mass);
    }
    const project = await this.client.project(providerOfferingId, call);
    if (project.project_status !== 'active')
      throw refusal(AT_QUOTE, 'offering_not_found', 'the project is not on sale');
    return toQuote(project, mass);
  }

  private async projectPages(
    operation: 'offerings' | 'quote',
    call: ProviderCall,
  ): Promise<readonly Page<ProjectWire>[]> {
    const pages: Page<ProjectWire>[] = [];
    for (let number = 1; pages.at(-1)?.hasMore ?? true; number++)
      pages.push(await this.client.activeProjects(number, operation, call));
    return pages;
  }

  prepareOrder(request: PurchaseRequest): string {
    return toTransactionBody(request);
  }

  async placeOrder(submission: Submission, call: ProviderCall): Promise<ProviderOrder> {
    return toOrder(await this.client.createTransaction(submission.body, call));
  }

  async fetchStatus(providerOrderId: string, call: ProviderCall): Promise<ProviderOrder | null> {
    const wire = await this.client.transaction(providerOrderId, call).catch(absentAsNull);
    if (!wire) return null;
    assertSameId(providerOrderId, wire.transaction_id);
    return toOrder(wire);
  }

  /** The cursor is a page number, so rows can shift between two pages: `total` lets the reader notice. */
  async listOrders(window: OrderWindow, cursor: string | null, call: ProviderCall): Promise<ProviderOrderPage> {
    const number = cursor === null ? 1 : Number(cursor);
    const { rows, hasMore, total } = await this.client.purchases(window.providerOfferingId, number, call);
    // Times decide how far to read, never what was seen: a row that is dropped for its age would count as absent.
    const within = rows.map(createdAt).every((time) => time === null || couldBeWithin(window, time));
    return {
      orders: readable(rows).map(toOrder),
      unread: rows.flatMap((row) => toUnreadRow(row, window) ?? []),
      nextCursor: hasMore && within ? String(number + 1) : null,
      total,
    };
  }

  /** Of no use to One Tribe: deleting has no key. A second deletion finds nothing, which rejects. */
  async cancel(providerOrderId: string, _idempotencyKey: string, call: ProviderCall): Promise<void> {
    await this.client.deleteTransaction(providerOrderId, call);
  }

  classifyError(thrown: unknown, operation: Operation): ProviderError {
    return classify(thrown, operation, oneTribeDialect);
  }
}
