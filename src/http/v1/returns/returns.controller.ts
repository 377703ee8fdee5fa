import { Get, Param, Req, Res } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RecordReturn } from '../../../application/callbacks/record-return.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { ApiEmptyResponse } from '../../openapi/api-responses.decorator.js';
import { ApiTokenParam } from '../../openapi/api-token-param.decorator.js';
import { TokenHolders } from '../../throttling/token-holders.js';
import { V1 } from '../v1.decorator.js';

/** Where hosted checkouts send the payer's browser. Query parameters that a checkout adds are ignored. */
@V1('returns', 'Called by providers and browsers')
export class ReturnsController {
  constructor(
    private readonly record: RecordReturn,
    private readonly holders: TokenHolders,
  ) {}

  @Get(':token')
  @ApiEndpoint({
    id: 'returnUnpaid',
    summary: 'Return without having paid',
    access: 'public',
    problems: ['callback_token_unknown'],
  })
  @ApiTokenParam()
  @ApiEmptyResponse(303, 'On to `success_url` or `cancel_url`', ['Location'])
  async unpaid(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.redirect(token, null, request, reply);
  }

  @Get(':token/:paymentId')
  @ApiEndpoint({
    id: 'returnPaid',
    summary: 'Return after paying',
    description: 'What the browser brings is only a claim. The payment counts once the provider confirms it.',
    access: 'public',
    problems: ['callback_token_unknown'],
  })
  @ApiParam({
    name: 'paymentId',
    description: 'Payment or session id',
    schema: { type: 'string', examples: ['cs_test_wWQ5WhKElsCFg3Sq23rNotkG'] },
  })
  @ApiTokenParam()
  @ApiEmptyResponse(303, 'On to `success_url` or `cancel_url`', ['Location'])
  async paid(
    @Param('token') token: string,
    @Param('paymentId') paymentId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.redirect(token, paymentId, request, reply);
  }

  /** Sends no referrer, because the URL contains a secret. */
  private async redirect(
    token: string,
    returnedId: string | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    void reply.header('referrer-policy', 'no-referrer');
    const location = await this.holders.admit(request, token, () => this.record.run(token, returnedId));
    void reply.status(303).header('location', location).send();
  }
}
