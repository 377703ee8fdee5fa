import { Get } from '@nestjs/common';
import { ListProviders } from '../../../application/providers/list-providers.js';
import type { Principal } from '../../../application/access/principal.js';
import { Caller } from '../../access/principal.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { ProviderListResponse } from './provider.response.js';
import { presentProvider } from './provider.presenter.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { V1 } from '../v1.decorator.js';
import { PROVIDERS_PAGE } from './provider.examples.js';

@V1('providers', 'Catalog')
export class ProvidersController {
  constructor(private readonly list: ListProviders) {}

  @Get()
  @NoQuery()
  @ApiEndpoint({ id: 'listProviders', summary: 'List the enabled providers and what they can do', access: 'any-key' })
  @ApiJsonResponse(200, 'Every enabled provider', ProviderListResponse, { providers: PROVIDERS_PAGE })
  async all(@Caller() { tenantId }: Principal): Promise<ProviderListResponse> {
    return { data: (await this.list.run(tenantId)).map(presentProvider) };
  }
}
