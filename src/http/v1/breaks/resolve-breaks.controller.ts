import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { ResolveBreak } from '../../../application/breaks/resolve-break.js';
import { ResolveBreaks } from '../../../application/breaks/resolve-breaks.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { BREAK_ID_PIPE } from '../../validation/id.pipe.js';
import { BREAK_ID } from '../../validation/id-patterns.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { V1 } from '../v1.decorator.js';
import {
  BREAK,
  BULK_EXAMPLES,
  PREVIEW_EXAMPLES,
  PROPOSED_RESOLUTION,
  RESOLVE_EXAMPLES,
  RESOLVED,
} from './break.examples.js';
import { presentOutcome, presentResolved } from './break.presenter.js';
import {
  PreviewBreaksRequest,
  ResolveBreakRequest,
  ResolveBreaksRequest,
  wantedResolutionFrom,
} from './break.request.js';
import { BulkOutcomesResponse, ResolvedBreakResponse } from './break.response.js';

@V1('finance', 'Finance')
export class ResolveBreaksController {
  constructor(
    private readonly resolve: ResolveBreak,
    private readonly resolveAll: ResolveBreaks,
  ) {}

  @Post('breaks/:id/resolve')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'resolveBreak',
    summary: 'Decide what is made of a difference',
    description:
      'For people. What it posts follows from the books at that moment, and is posted with it. Above FINANCE_APPROVAL_LIMIT it is proposed (`proposal`), in place of what was proposed before, and another person approves. New facts open it again; the same facts do not. A repeat finds it resolved, and changes nothing.',
    access: 'finance:write',
    beside: 'ops',
    act: 'break.resolve',
    problems: [
      'break_not_found',
      'break_not_open',
      'resolution_not_allowed',
      'operator_key_required',
      'second_person_required',
    ],
  })
  @ApiIdParam(BREAK_ID, 'Break id')
  @ApiBody({ type: ResolveBreakRequest, examples: RESOLVE_EXAMPLES })
  @ApiJsonResponse(200, 'The break: resolved, or open with the proposal', ResolvedBreakResponse, {
    resolved: RESOLVED,
    proposed: PROPOSED_RESOLUTION,
  })
  async decide(
    @Param('id', BREAK_ID_PIPE) id: string,
    @Body() body: ResolveBreakRequest,
    @Acting() by: RequestActor,
  ): Promise<ResolvedBreakResponse> {
    return presentResolved(await this.resolve.run(id, wantedResolutionFrom(body), by));
  }

  @Post('breaks/:id/approve')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'approveBreak',
    summary: 'Approve what another person has proposed',
    description:
      'It is carried out, and posts what follows from the books now. Both may decide at that moment, or nothing is done.',
    access: 'finance:approve',
    beside: 'ops',
    act: 'break.approve',
    problems: [
      'break_not_found',
      'break_not_open',
      'break_not_proposed',
      'resolution_not_allowed',
      'operator_key_required',
      'second_person_required',
    ],
  })
  @ApiIdParam(BREAK_ID, 'Break id')
  @ApiJsonResponse(200, 'The break, resolved', ResolvedBreakResponse, { resolved: RESOLVED })
  async approve(@Param('id', BREAK_ID_PIPE) id: string, @Acting() by: RequestActor): Promise<ResolvedBreakResponse> {
    return presentResolved(await this.resolve.approve(id, by));
  }

  @Post('break-resolutions')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'resolveBreaks',
    summary: 'Decide the same of up to 500 differences of one type',
    description: 'Each is a decision of its own, on record as one: what one is refused for stops no other.',
    access: 'finance:write',
    beside: 'ops',
    act: 'break.resolve',
    problems: ['break_not_found', 'resolution_not_allowed', 'operator_key_required', 'second_person_required'],
  })
  @ApiBody({ type: ResolveBreaksRequest, examples: BULK_EXAMPLES })
  @ApiJsonResponse(200, 'What became of each', BulkOutcomesResponse, {
    both: {
      data: [
        { id: BREAK.id, break: RESOLVED, second_person: false, refusal: null },
        { id: 'brk_01jd4v2m0gf5c8q7k3x9w1z2r5', break: null, second_person: false, refusal: 'break_not_open' },
      ],
    },
  })
  async decideAll(
    @Body() { breaks, resolution, note }: ResolveBreaksRequest,
    @Acting() by: RequestActor,
  ): Promise<BulkOutcomesResponse> {
    const outcomes = await this.resolveAll.run(breaks, { resolution, note }, by);
    return { data: outcomes.map(presentOutcome) };
  }

  @Post('break-resolutions/preview')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'previewResolutions',
    summary: 'Ask what the same decision on many would post',
    description: 'As the books are now, each by itself. Nothing is decided.',
    access: 'finance:read',
    beside: 'ops',
    problems: ['break_not_found', 'resolution_not_allowed'],
  })
  @ApiBody({ type: PreviewBreaksRequest, examples: PREVIEW_EXAMPLES })
  @ApiJsonResponse(200, 'What would become of each', BulkOutcomesResponse, {
    both: {
      data: [
        { id: BREAK.id, break: { ...BREAK, posted: RESOLVED.posted }, second_person: false, refusal: null },
        { id: 'brk_01jd4v2m0gf5c8q7k3x9w1z2r5', break: null, second_person: false, refusal: 'resolution_not_allowed' },
      ],
    },
  })
  async preview(@Body() { breaks, resolution }: PreviewBreaksRequest): Promise<BulkOutcomesResponse> {
    return { data: (await this.resolveAll.preview(breaks, resolution)).map(presentOutcome) };
  }
}
