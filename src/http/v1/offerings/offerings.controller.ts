import { Get, Param, Query } from '@nestjs/common';
import { FindOffering } from '../../../application/catalog/find-offering.js';
import { ListOfferings } from '../../../application/catalog/list-offerings.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { OFFERING_ID_PIPE } from '../../validation/id.pipe.js';
import { OFFERING_ID } from '../../validation/id-patterns.js';
import {
  cursorOfOffering,
  ListOfferingsRequest,
  offeringFilterFrom,
  offeringPositionFrom,
} from './list-offerings.request.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { OfferingListResponse, OfferingResponse } from './offering.response.js';
import { limitFrom, positionFrom } from '../../validation/paging.js';
import { presentOffering } from './offering.presenter.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { V1 } from '../v1.decorator.js';
import { OFFERING, OFFERING_PAGE } from './offering.examples.js';

@V1('offerings', 'Catalog')
export class OfferingsController {
  constructor(
    private readonly list: ListOfferings,
    private readonly find: FindOffering,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listOfferings',
    summary: 'List what can be bought',
    access: 'any-key',
    problems: ['provider_not_enabled'],
  })
  @ApiJsonResponse(200, 'A page of offerings', OfferingListResponse, { page: OFFERING_PAGE })
  async page(@Query() query: ListOfferingsRequest): Promise<OfferingListResponse> {
    const after = positionFrom(query.cursor, offeringPositionFrom);
    const { offerings, next, unavailable } = await this.list.run(offeringFilterFrom(query), after, limitFrom(query));
    return {
      data: offerings.map(presentOffering),
      next_cursor: next && cursorOfOffering(next),
      unavailable: unavailable.map(({ provider, detail }) => ({ provider, detail })),
    };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'getOffering',
    summary: 'Read an offering',
    access: 'any-key',
    problems: ['offering_not_found', 'provider_unavailable'],
  })
  @ApiIdParam(OFFERING_ID, 'Offering id')
  @ApiJsonResponse(200, 'The offering', OfferingResponse, { project: OFFERING })
  async read(@Param('id', OFFERING_ID_PIPE) id: string): Promise<OfferingResponse> {
    return presentOffering(await this.find.run(id, 'browse'));
  }
}
