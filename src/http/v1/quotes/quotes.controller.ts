import { Body, Get, Headers, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { FindQuote } from '../../../application/quotes/find-quote.js';
import { RequestQuote } from '../../../application/quotes/request-quote.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller, tenantScopeOf } from '../../access/principal.js';
import { QUOTE_ID_PIPE } from '../../validation/id.pipe.js';
import { QUOTE_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { QuoteResponse } from './quote.response.js';
import { REQUEST_QUOTE_EXAMPLES } from './request-quote.examples.js';
import { quoteWaitFrom } from '../../server/prefer-wait.js';
import { quoteCommandFrom, RequestQuoteRequest } from './request-quote.request.js';
import { presentQuote } from './quote.presenter.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { V1 } from '../v1.decorator.js';
import { QUOTE } from './quote.examples.js';

@V1('quotes', 'Quotes')
export class QuotesController {
  constructor(
    private readonly request: RequestQuote,
    private readonly find: FindQuote,
  ) {}

  @Post()
  @NoQuery()
  @ApiEndpoint({
    id: 'requestQuote',
    summary: 'Ask every able provider for a price',
    description:
      'Buys nothing. Every provider that was asked or named is in the response: under `offers`, or under `unavailable` with the reason and its numbers. They have 8 seconds, or the time that `Prefer` says; one that names no price by then is `timed_out`. An offer is ordered by its id, once, and never above its price.',
    access: 'quotes:write',
    problems: ['provider_not_enabled', 'offering_not_found', 'provider_unavailable'],
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`wait=N`, N from 1 to 30: how many seconds the providers have. Anything else is ignored',
    schema: { type: 'string', examples: ['wait=3'] },
  })
  @ApiBody({ type: RequestQuoteRequest, examples: REQUEST_QUOTE_EXAMPLES })
  @ApiJsonResponse(201, 'Offers, cheapest first', QuoteResponse, { rounded: QUOTE }, ['Location', 'Preference-Applied'])
  async create(
    @Body() body: RequestQuoteRequest,
    @Caller() caller: Principal,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<QuoteResponse> {
    const wait = quoteWaitFrom(prefer);
    if (wait.applied !== null) void reply.header('preference-applied', wait.applied);
    const quote = await this.request.run(quoteCommandFrom(body, wait.waitMs), caller);
    void reply.header('location', `/v1/quotes/${quote.id}`);
    return presentQuote(quote);
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({ id: 'getQuote', summary: 'Read a quote', access: 'quotes:write', problems: ['quote_not_found'] })
  @ApiIdParam(QUOTE_ID, 'Quote id')
  @ApiJsonResponse(200, 'The quote', QuoteResponse, { quote: QUOTE })
  async read(@Param('id', QUOTE_ID_PIPE) id: string, @Caller() caller: Principal): Promise<QuoteResponse> {
    return presentQuote(await this.find.run(id, tenantScopeOf(caller)));
  }
}
