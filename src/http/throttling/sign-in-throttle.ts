import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HttpProblem } from '../problems/http-problem.js';
import { HttpSettings } from '../server/http-settings.js';
import { countKey, countRequest } from './count-request.js';
import { RequestCounts } from './request-counts.js';

/** Counts tries to sign in that fail, per client address. */
const FAILED_SIGN_INS = 'sign-ins';

/** After too many failed tries from an address, none from there is looked at for a while, good or not. */
@Injectable()
export class SignInThrottle {
  constructor(
    private readonly counts: RequestCounts,
    private readonly settings: HttpSettings,
  ) {}

  /** Throws HttpProblem if there were too many. */
  async admit(address: string): Promise<void> {
    const { failedSignInsPerAddress: limit } = this.settings.limits;
    if (await this.counts.isSpent(countKey({ name: FAILED_SIGN_INS, who: address }), this.windowMs, limit))
      throw new HttpProblem('rate_limited', 'Too many tries to sign in failed.', { retryAfterMs: this.windowMs });
  }

  async countFailure(reply: FastifyReply, address: string): Promise<void> {
    const { failedSignInsPerAddress: limit } = this.settings.limits;
    await countRequest(this.counts, reply, { name: FAILED_SIGN_INS, who: address, limit, windowMs: this.windowMs });
  }

  private get windowMs(): number {
    return this.settings.limits.windowSeconds * 1000;
  }
}
