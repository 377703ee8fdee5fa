import { Body, Headers, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../application/access/authenticate.js';
import {
  IdempotentExecutor,
  type IdempotentAct,
  type StoredResponse,
} from '../../../application/idempotency/idempotent-executor.js';
import { PlaceOrder } from '../../../application/orders/place-order.js';
import { isOutcomePending } from '../../../domain/orders/lifecycle.js';
import type { Order } from '../../../domain/orders/order.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller } from '../../access/principal.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { OrderResponse } from './order.response.js';
import { placeOrderCommandFrom, refusePlainHttp } from './place-order.command.js';
import { PLACE_ORDER_EXAMPLES } from './place-order.examples.js';
import { PlaceOrderRequest } from './place-order.request.js';
import { HttpSettings } from '../../server/http-settings.js';
import { finalRefusal } from '../../idempotency/final-refusal.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { sendKept, type KeptAnswer } from '../../idempotency/send-kept.js';
import { preferWaitFrom } from '../../idempotency/prefer-wait.js';
import { OrderPresenter } from './order.presenter.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { V1 } from '../v1.decorator.js';

const ANSWERED = {
  Location: 'Address of the order',
  'Idempotency-Replayed': '`true` when this is the first answer again',
  'Preference-Applied': 'What of Prefer was honoured',
};

/** When an order that is not settled yet is worth asking for again. */
const ASK_AGAIN_SECONDS = 2;

@V1('orders', 'Orders')
export class PlaceOrderController {
  constructor(
    private readonly answers: IdempotentExecutor,
    private readonly place: PlaceOrder,
    private readonly presenter: OrderPresenter,
    private readonly settings: HttpSettings,
  ) {}

  @Post()
  @NoQuery()
  @ApiEndpoint({
    summary: 'Buy and retire credits',
    description:
      'Waits for the provider for as long as `Prefer` says, 10 seconds if it says nothing. The purchase goes on by itself either way, and is never made twice.',
    access: 'orders:write',
    problems: [
      'idempotency_key_missing',
      'idempotency_key_invalid',
      'idempotency_key_reused',
      'request_in_progress',
      'payload_too_large',
      'unsupported_media_type',
      'offering_not_found',
      'offer_not_found',
      'offer_expired',
      'possible_duplicate',
      'provider_not_enabled',
      'payment_method_not_supported',
      'mass_not_orderable',
      'no_provider_available',
      'price_not_comparable',
      'price_above_limit',
      'provider_rejected',
      'provider_paused',
      'provider_unavailable',
    ],
  })
  @ApiIdempotencyKey()
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`respond-async`, or `wait=N` with N from 0 to 30 seconds. Anything else is ignored',
    schema: { type: 'string' },
    example: 'wait=10',
  })
  @ApiBody({ type: PlaceOrderRequest, examples: PLACE_ORDER_EXAMPLES })
  @ApiJsonResponse(
    201,
    'The provider has it: `placed`, or `awaiting_payment` with a page to pay on',
    OrderResponse,
    ANSWERED,
  )
  @ApiJsonResponse(202, 'Not settled yet: `created`, `submitting` or `in_doubt`. Read it again', OrderResponse, {
    ...ANSWERED,
    'Retry-After': 'Seconds until it is worth asking',
  })
  async create(
    @IdempotencyKey() key: string,
    @Body() body: PlaceOrderRequest,
    @Caller() caller: Principal,
    @Headers('prefer') prefer: string | undefined,
    @Req() { id: requestId, url }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (this.settings.production) refusePlainHttp(body);
    const { waitMs, applied } = preferWaitFrom(prefer);
    if (applied !== null) void reply.header('preference-applied', applied);
    const request = {
      tenantId: caller.tenantId,
      operation: 'place_order',
      key,
      fingerprint: fingerprintOf(body),
    } as const;
    const act: IdempotentAct<Order> = {
      execute: () => this.place.run(placeOrderCommandFrom(body, caller), request, waitMs),
      recover: (orderId) => this.place.settled(orderId),
      render: (order) => this.answerOf(order),
      renderError: (thrown) => finalRefusal(thrown, { requestId, url, publicUrl: this.settings.publicUrl }),
    };
    send(reply, await this.answers.run(request, act));
  }

  private answerOf(order: Order): StoredResponse {
    return { status: isOutcomePending(order.status) ? 202 : 201, body: JSON.stringify(this.presenter.present(order)) };
  }
}

/** A kept answer is its status and body; the other headers follow from them. */
const send = (reply: FastifyReply, answer: KeptAnswer): void => {
  if (answer.status < 300) void reply.header('location', `/v1/orders/${idIn(answer)}`);
  if (answer.status === 202) void reply.header('retry-after', String(ASK_AGAIN_SECONDS));
  sendKept(reply, answer);
};

const idIn = ({ body }: StoredResponse): string => (JSON.parse(body) as OrderResponse).id;
