import { Get, HttpCode, Param, Post } from '@nestjs/common';
import { InspectProviders } from '../../../application/ops/inspect-providers.js';
import { ProbeProvider } from '../../../application/ops/probe-provider.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { PROVIDER_ID_PIPE } from '../../validation/id.pipe.js';
import { PROVIDER_ID } from '../../validation/id-patterns.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { V1 } from '../v1.decorator.js';
import { PROBE, PROBE_IN_VAIN, PROVIDER_DETAILS, PROVIDER_STATES } from './provider-state.examples.js';
import { presentProbe, presentProviderDetails, presentProviderState } from './provider-state.presenter.js';
import { ProbeResponse, ProviderDetailsResponse, ProviderStateListResponse } from './provider-state.response.js';

@V1('ops/providers', 'Operators')
export class OpsProvidersController {
  constructor(
    private readonly inspect: InspectProviders,
    private readonly probe: ProbeProvider,
  ) {}

  @Get()
  @NoQuery()
  @ApiEndpoint({ id: 'listProviderStates', summary: 'How the enabled providers stand', access: 'ops' })
  @ApiJsonResponse(200, 'Every enabled provider', ProviderStateListResponse, { providers: PROVIDER_STATES })
  async all(): Promise<ProviderStateListResponse> {
    return { data: (await this.inspect.run()).map(presentProviderState) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'getProviderState',
    summary: 'How a provider stands, and what has failed there',
    description: 'Its calls hour by hour: `GET /v1/ops/activity?provider=`.',
    access: 'ops',
    problems: ['provider_not_enabled'],
  })
  @ApiIdParam(PROVIDER_ID, 'Provider id')
  @ApiJsonResponse(200, 'The provider', ProviderDetailsResponse, { provider: PROVIDER_DETAILS })
  async read(@Param('id', PROVIDER_ID_PIPE) id: string): Promise<ProviderDetailsResponse> {
    return presentProviderDetails(await this.inspect.find(id));
  }

  @Post(':id/probe')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'probeProvider',
    summary: 'Ask a provider now whether it is there',
    description:
      'By a read, within its quota. A pause of purchases stays: it ends by itself, by a read that is due at `probe_at`. What the provider says is in the response, which is 200 in any case.',
    access: 'ops:act',
    act: 'provider.probe',
    problems: ['provider_not_enabled'],
  })
  @ApiIdParam(PROVIDER_ID, 'Provider id')
  @ApiJsonResponse(200, 'What came of it', ProbeResponse, { answered: PROBE, no_answer: PROBE_IN_VAIN })
  async ask(@Param('id', PROVIDER_ID_PIPE) id: string, @Acting() by: RequestActor): Promise<ProbeResponse> {
    return presentProbe(await this.probe.run(id, by));
  }
}
