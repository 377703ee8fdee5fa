import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccessGuard } from '../access/access.guard.js';
import { AdmissionGuard } from '../admission/admission.guard.js';
import { AuthenticateGuard } from '../access/authenticate.guard.js';
import type { Tag } from '../openapi/tags.js';
import { ThrottleGuard } from '../throttling/throttle.guard.js';

/** A controller of the public API. If there is room for the request, its caller is identified, counted and let in. */
export const V1 = (path: string, tag: Tag): ClassDecorator =>
  applyDecorators(
    Controller(`v1/${path}`),
    UseGuards(AdmissionGuard, AuthenticateGuard, ThrottleGuard, AccessGuard),
    ApiTags(tag),
  );
