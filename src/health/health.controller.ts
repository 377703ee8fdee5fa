import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readiness } from './readiness.js';

/** Probes for the orchestrator and the load balancer. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** 200 while the process runs. Dependencies are not checked, because a restart would not repair them. */
  @Get('livez')
  @HttpCode(200)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 if requests can be served, otherwise 503; `checks` says which part is not ready. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const checks = await this.readiness.check();
    const ready = Object.values(checks).every((check) => check === 'ok');
    void reply.status(ready ? 200 : 503);
    return { status: ready ? 'ok' : 'not_ready', checks };
  }
}
