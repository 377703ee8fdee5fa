import { Body, Headers, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { IdempotentExecutor } from '../../../application/idempotency/idempotent-executor.js';
import { PlaceOrder } from '../../../application/orders/place-order.js';
import { within } from '../../../application/within.js';
import { isOutcomePending } from '../../../domain/orders/lifecycle.js';
import type { Order } from '../../../domain/orders/order.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller, causeOf } from '../../access/principal.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { OrderResponse } from './order.response.js';
import { placeOrderCommandFrom, refusePlainHttp } from './place-order.command.js';
import { PLACE_ORDER_EXAMPLES } from './place-order.examples.js';
import { PlaceOrderRequest } from './place-order.request.js';
import { HttpSettings } from '../../server/http-settings.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IDEMPOTENCY_PROBLEMS, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { sendExecuted } from '../../idempotency/send-executed.js';
import { preferWaitFrom } from '../../server/prefer-wait.js';
import { HttpProblem } from '../../problems/http-problem.js';
import { problemSubject } from '../../problems/problem-document.js';
import { OrderRenderer } from './order-renderer.js';
import { OrderPresenter } from './order.presenter.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { V1 } from '../v1.decorator.js';
import { CREATED_ORDER, DOUBTFUL_ORDER, PLACED_ORDER, ROUTED_ORDER, UNPAID_ORDER } from './order.examples.js';

const RESPONSE_HEADERS = ['Location', 'Idempotency-Replayed', 'Preference-Applied'] as const;

/** When an order whose outcome is pending is worth asking for again. */
const ASK_AGAIN_SECONDS = 2;

/**
 * How much longer than they asked to wait callers wait for the database: a commit has no end while a standby is away
 * that it waits for.
 */
const CONFIRM_MS = 5_000;

@V1('orders', 'Orders')
export class PlaceOrderController {
  constructor(
    private readonly executor: IdempotentExecutor,
    private readonly place: PlaceOrder,
    private readonly presenter: OrderPresenter,
    private readonly settings: HttpSettings,
  ) {}

  @Post()
  @NoQuery()
  @ApiEndpoint({
    id: 'placeOrder',
    summary: 'Buy and retire credits',
    description:
      'Waits for the provider for as long as `Prefer` says, 10 seconds if it says nothing. The purchase goes on either way, and is never made twice. With `respond-async`, and no provider named, it goes where the list prices in memory are cheapest.',
    access: 'orders:write',
    problems: [
      ...IDEMPOTENCY_PROBLEMS,
      'offering_not_found',
      'offer_not_found',
      'offer_expired',
      'possible_duplicate',
      'provider_not_enabled',
      'payment_method_not_supported',
      'mass_not_orderable',
      'no_supply',
      'total_not_payable',
      'text_too_long',
      'no_provider_available',
      'price_not_comparable',
      'price_above_limit',
      'order_above_limit',
      'spending_limit_reached',
      'target_not_allowed',
      'callback_secret_missing',
      'provider_rejected',
      'provider_paused',
      'tenant_paused',
      'provider_unavailable',
      'order_lost',
    ],
  })
  @ApiIdempotencyKey()
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`respond-async`, or `wait=N` with N from 0 to 30 seconds. Anything else is ignored',
    schema: { type: 'string', examples: ['wait=10'] },
  })
  @ApiBody({ type: PlaceOrderRequest, examples: PLACE_ORDER_EXAMPLES })
  @ApiJsonResponse(
    201,
    'The provider has it: `placed`, or `awaiting_payment` with a page to pay on',
    OrderResponse,
    { placed: PLACED_ORDER, cheapest: ROUTED_ORDER, checkout: UNPAID_ORDER },
    RESPONSE_HEADERS,
  )
  @ApiJsonResponse(
    202,
    'The outcome is not known yet: `created`, `submitting` or `in_doubt`. Read it again',
    OrderResponse,
    { created: CREATED_ORDER, in_doubt: DOUBTFUL_ORDER },
    [...RESPONSE_HEADERS, 'Retry-After'],
  )
  async create(
    @IdempotencyKey() key: string,
    @Body() body: PlaceOrderRequest,
    @Caller() caller: Principal,
    @Headers('prefer') prefer: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (this.settings.production) refusePlainHttp(body);
    const { waitMs, applied } = preferWaitFrom(prefer);
    if (applied !== null) void reply.header('preference-applied', applied);
    const renderer = new OrderRenderer(this.presenter, problemSubject(request, this.settings), statusOf);
    const command = placeOrderCommandFrom(body, caller);
    let routed: () => void = () => undefined;
    const isRouted = new Promise<void>((resolve) => (routed = resolve));
    const placement = { command, waitMs, cause: causeOf(caller, request), renderer, routed };
    const scope = { tenantId: caller.tenantId, operation: 'place_order', key } as const;
    const act = this.place.act(placement);
    const running = this.executor.run({ ...scope, fingerprint: fingerprintOf(body) }, act, renderer);
    await Promise.race([running, isRouted]);
    // It goes on after the caller was told, and what comes of it is stored under the key.
    const executed = await within(waitMs + CONFIRM_MS, running, refuseUnconfirmed);
    if (executed.status < 300) void reply.header('location', `/v1/orders/${executed.orderId}`);
    if (executed.status === 202) void reply.header('retry-after', String(ASK_AGAIN_SECONDS));
    sendExecuted(reply, executed);
  }
}

const refuseUnconfirmed = (): never => {
  throw new HttpProblem(
    'service_unavailable',
    'The database has not confirmed the order in time. Whether it stands is told to a repeat with the same Idempotency-Key.',
    { retryAfterMs: CONFIRM_MS },
  );
};

const statusOf = (order: Order): number => (isOutcomePending(order.status) ? 202 : 201);
