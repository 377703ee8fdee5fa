import { Body, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ListSwitches } from '../../../application/switches/list-switches.js';
import { TurnSwitchOff } from '../../../application/switches/turn-switch-off.js';
import { TurnSwitchOn } from '../../../application/switches/turn-switch-on.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { SWITCH_ID_PIPE } from '../../validation/id.pipe.js';
import { SWITCH_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import {
  SWITCH_OFF,
  SWITCH_OFF_PROPOSED,
  SWITCH_ON,
  SWITCHES_PAGE,
  TURN_OFF_EXAMPLES,
  TURN_ON_EXAMPLES,
} from './switch.examples.js';
import { presentSwitch } from './switch.presenter.js';
import {
  ListSwitchesRequest,
  switchFrom,
  switchPositionFrom,
  TurnOffRequest,
  TurnOnRequest,
} from './switch.request.js';
import { SwitchListResponse, SwitchResponse } from './switch.response.js';

@V1('ops/switches', 'Operators')
export class SwitchesController {
  constructor(
    private readonly list: ListSwitches,
    private readonly on: TurnSwitchOn,
    private readonly off: TurnSwitchOff,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listSwitches',
    summary: 'List what people have switched off',
    description: 'Newest first, with those that are over.',
    access: 'ops',
  })
  @ApiJsonResponse(200, 'A page of switches', SwitchListResponse, { switches: SWITCHES_PAGE })
  async page(@Query() query: ListSwitchesRequest): Promise<SwitchListResponse> {
    const before = positionFrom(query.cursor, switchPositionFrom);
    const { switches, next } = await this.list.page(query.state ?? null, before, limitFrom(query));
    return { data: switches.map(presentSwitch), next_cursor: next && cursorOf([next]) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({ id: 'getSwitch', summary: 'Read a switch', access: 'ops', problems: ['switch_not_found'] })
  @ApiIdParam(SWITCH_ID, 'Switch id')
  @ApiJsonResponse(200, 'The switch', SwitchResponse, { off: SWITCH_OFF })
  async read(@Param('id', SWITCH_ID_PIPE) id: string): Promise<SwitchResponse> {
    return presentSwitch(await this.list.find(id));
  }

  @Post()
  @HttpCode(201)
  @NoQuery()
  @ApiEndpoint({
    id: 'turnSwitchOn',
    summary: 'Switch new sends off',
    description:
      'In one step. Once this has answered, no gateway begins a send that is within the scope; what was begun before may still be under way. Orders that are accepted already wait, what was bought is followed, and new ones are refused with `provider_paused` or `tenant_paused`. A repeat is refused with `switch_active`.',
    access: 'ops:act',
    act: 'switch.turn_on',
    problems: ['switch_active', 'switch_not_possible', 'provider_not_enabled', 'tenant_not_found'],
  })
  @ApiBody({ type: TurnOnRequest, examples: TURN_ON_EXAMPLES })
  @ApiJsonResponse(201, 'The switch, on', SwitchResponse, { on: SWITCH_ON }, ['Location'])
  async turnOn(
    @Body() body: TurnOnRequest,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SwitchResponse> {
    const made = await this.on.run(switchFrom(body), by);
    void reply.header('location', `/v1/ops/switches/${made.id}`);
    return presentSwitch(made);
  }

  @Post(':id/off')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'turnSwitchOff',
    summary: 'Let sends begin again',
    description:
      'For people. Where a provider of its scope is paused by itself it takes an approver. A switch that stops every tenant at every provider takes two people: the first call proposes (`off_proposal`), and another person’s within a day turns it off.',
    access: 'ops:act',
    act: 'switch.turn_off',
    problems: [
      'switch_not_found',
      'switch_ended',
      'approver_required',
      'second_person_required',
      'operator_key_required',
    ],
  })
  @ApiIdParam(SWITCH_ID, 'Switch id')
  @ApiBody({ type: TurnOffRequest, examples: TURN_OFF_EXAMPLES })
  @ApiJsonResponse(200, 'The switch: off, or still on with the proposal', SwitchResponse, {
    off: SWITCH_OFF,
    proposed: SWITCH_OFF_PROPOSED,
  })
  async turnOff(
    @Param('id', SWITCH_ID_PIPE) id: string,
    @Body() { reason }: TurnOffRequest,
    @Acting() by: RequestActor,
  ): Promise<SwitchResponse> {
    return presentSwitch(await this.off.run(id, reason, by));
  }
}
