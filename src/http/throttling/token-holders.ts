import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../domain/errors.js';
import { HttpProblem } from '../problems/http-problem.js';
import { isReturnToken } from '../validation/id-patterns.js';

/** Lookups that wait. Each takes a millisecond or so: a payer in the middle of a flood waits for moments. */
const MOST_WAITING = 200;

/**
 * Requests whose URL carries a token, from payers' browsers and providers. What comes with a valid token is recorded even
 * if strangers have used up the limit of its address, because nobody sends it again. To know the token takes a query, so
 * addresses over their limit share one database connection for that.
 */
@Injectable()
export class TokenHolders {
  private latest: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** `record` resolves with null if there is no such token. Then the limit of the address counts. */
  async admit<T>(request: FastifyRequest, token: string, record: () => Promise<T | null>): Promise<T> {
    const { overLimitForMs } = request;
    const recorded = isReturnToken(token) ? await this.recorded(overLimitForMs, record) : null;
    if (recorded !== null) return recorded;
    if (overLimitForMs === null) throw new AppError('callback_token_unknown', 'There is no such URL.');
    throw tooMany(overLimitForMs);
  }

  private async recorded<T>(overLimitForMs: number | null, record: () => Promise<T | null>): Promise<T | null> {
    if (overLimitForMs === null) return record();
    if (this.waiting >= MOST_WAITING) throw tooMany(1_000);
    this.waiting += 1;
    const turn = this.latest.then(record);
    this.latest = turn.catch(() => null).finally(() => (this.waiting -= 1));
    return turn;
  }
}

const tooMany = (retryAfterMs: number): HttpProblem =>
  new HttpProblem('rate_limited', 'Too many requests from this address.', { retryAfterMs });
