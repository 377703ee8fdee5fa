import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { Principal } from '../../../application/access/principal.js';
import { OwnOrder } from '../../../application/ops/own-order.js';
import { ReadCase } from '../../../application/ops/read-case.js';
import { RefreshCase } from '../../../application/ops/refresh-case.js';
import { TakeNote } from '../../../application/ops/take-note.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting, Caller } from '../../access/principal.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { ORDER_ID_PIPE } from '../../validation/id.pipe.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { OrderPresenter } from '../orders/order.presenter.js';
import { CASE, NOTE } from './case.examples.js';
import { TAKE_NOTE_EXAMPLES } from './ops-request.examples.js';
import { V1 } from '../v1.decorator.js';
import { presentCase, presentNote } from './case.presenter.js';
import { CaseResponse, NoteResponse } from './case.response.js';
import { TakeNoteRequest } from './casework.request.js';

@V1('ops/orders', 'Operators')
export class CaseworkController {
  constructor(
    private readonly takeNote: TakeNote,
    private readonly own: OwnOrder,
    private readonly refresh: RefreshCase,
    private readonly cases: ReadCase,
    private readonly presenter: OrderPresenter,
  ) {}

  @Post(':id/notes')
  @NoQuery()
  @ApiEndpoint({
    id: 'takeNote',
    summary: 'Take a note about an order',
    description: 'For operators; tenants are not told. A repeat under the same key takes no second note.',
    access: 'ops:act',
    act: 'order.note',
    problems: ['idempotency_key_missing', 'idempotency_key_invalid', 'idempotency_key_reused', 'order_not_found'],
  })
  @ApiIdempotencyKey()
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiBody({ type: TakeNoteRequest, examples: TAKE_NOTE_EXAMPLES })
  @ApiJsonResponse(201, 'The note', NoteResponse, { note: NOTE })
  async note(
    @Param('id', ORDER_ID_PIPE) id: string,
    @IdempotencyKey() key: string,
    @Body() { text }: TakeNoteRequest,
    @Acting() by: RequestActor,
  ): Promise<NoteResponse> {
    return presentNote(await this.takeNote.run(id, text, key, by));
  }

  @Post(':id/claim')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'claimOrder',
    summary: 'Take an order in hand',
    description: 'So that others see that you are at it. Taken from whoever had it before.',
    access: 'ops:act',
    act: 'order.claim',
    problems: ['order_not_found', 'operator_key_required', 'order_lost'],
  })
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'The order', CaseResponse, { case: CASE })
  async claim(
    @Param('id', ORDER_ID_PIPE) id: string,
    @Caller() caller: Principal,
    @Acting() by: RequestActor,
  ): Promise<CaseResponse> {
    await this.own.claim(id, by);
    return this.present(id, caller);
  }

  @Post(':id/release')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'releaseOrder',
    summary: 'Let an order go',
    description: 'Nobody has it in hand then, whoever had it.',
    access: 'ops:act',
    act: 'order.release',
    problems: ['order_not_found', 'order_lost'],
  })
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'The order', CaseResponse, { case: CASE })
  async release(
    @Param('id', ORDER_ID_PIPE) id: string,
    @Caller() caller: Principal,
    @Acting() by: RequestActor,
  ): Promise<CaseResponse> {
    await this.own.release(id, by);
    return this.present(id, caller);
  }

  @Post(':id/refresh')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'refreshCase',
    summary: 'Read an order of any tenant from its provider now',
    description:
      'As `POST /v1/orders/{id}/refresh`. An order whose outcome is not known is looked for by a worker instead, at once.',
    access: 'ops:act',
    act: 'order.refresh',
    problems: ['order_not_found', 'provider_unavailable', 'order_lost'],
  })
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'The order as it is now', CaseResponse, { case: CASE })
  async readNow(
    @Param('id', ORDER_ID_PIPE) id: string,
    @Caller() caller: Principal,
    @Acting() by: RequestActor,
  ): Promise<CaseResponse> {
    await this.refresh.run(id, by);
    return this.present(id, caller);
  }

  private async present(id: string, caller: Principal): Promise<CaseResponse> {
    const found = await this.cases.run(id, caller);
    return presentCase(found, this.presenter.present(found.order));
  }
}
