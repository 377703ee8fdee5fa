import type { Renderer, StoredResponse } from '../../../application/idempotency/idempotent-executor.js';
import { AppError } from '../../../domain/errors.js';
import type { Order } from '../../../domain/orders/order.js';
import { problemOf, type ProblemSubject } from '../../problems/problem-document.js';
import type { OrderPresenter } from './order.presenter.js';

/** Renders an order, or why there is none, as the response to a request and to every repeat of it. */
export class OrderRenderer implements Renderer<Order> {
  constructor(
    private readonly presenter: OrderPresenter,
    private readonly subject: ProblemSubject,
    private readonly statusOf: (order: Order) => number,
  ) {}

  render(order: Order): StoredResponse {
    return { status: this.statusOf(order), body: JSON.stringify(this.presenter.present(order)) };
  }

  /**
   * An error is final if it comes with an order. After any other the next request may try again, because no order was
   * made or the cause is temporary (409, 429, 5xx).
   */
  renderError(thrown: unknown): StoredResponse | null {
    if (!(thrown instanceof AppError) || thrown.context.orderId === undefined) return null;
    const { status, document } = problemOf(thrown, this.subject);
    const passes = status === 409 || status === 429 || status >= 500;
    return passes ? null : { status, body: JSON.stringify(document) };
  }
}
