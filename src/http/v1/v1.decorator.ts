import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccessGuard } from '../access/access.guard.js';
import { AuthenticateGuard } from '../access/authenticate.guard.js';
import { ThrottleGuard } from '../throttling/throttle.guard.js';

/** A controller of the public API. First the caller is identified, then counted, then admitted. */
export const V1 = (path: string, tag: string): ClassDecorator =>
  applyDecorators(Controller(`v1/${path}`), UseGuards(AuthenticateGuard, ThrottleGuard, AccessGuard), ApiTags(tag));
