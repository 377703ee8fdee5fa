import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import {
  IdempotencyRepository,
  type IdempotentRequest,
  type KnownKey,
  type StoredResponse,
} from '../../persistence/idempotency/idempotency.repository.js';

export type { IdempotentRequest, StoredResponse };

/** What is done under one idempotency key, and how its outcome is told. */
export interface IdempotentAct<Result> {
  /** Takes the key and acts. Null: another request has taken the key, nothing was done. */
  execute(): Promise<Result | null>;
  /** Goes on with what a request that died had begun. The key is held. */
  recover(orderId: string): Promise<Result>;
  /** What the caller is told, and told again. */
  render(result: Result): StoredResponse;
  /** The same for a refusal that is final for the key. Null: not final, the next request may try again. */
  renderError(thrown: unknown): StoredResponse | null;
}

/**
 * One key, one answer. The first request acts; every repeat of it is told what the first was told. A request that died
 * on the way is taken over after a while by the next one with its key.
 */
@Injectable()
export class IdempotentExecutor {
  private readonly logger = new Logger(IdempotentExecutor.name);

  constructor(private readonly keys: IdempotencyRepository) {}

  /**
   * Throws `idempotency_key_reused` for another payload, `request_in_progress` while the first request is at work, and
   * whatever the act throws: a final refusal is kept before it is thrown on.
   */
  async run<Result>(
    request: IdempotentRequest,
    act: IdempotentAct<Result>,
  ): Promise<StoredResponse & { readonly replayed: boolean }> {
    const known = await this.keys.known(request);
    if (known) return this.again(known, request, act);
    const answer = await this.attempt(request, act, () => act.execute());
    if (answer) return { ...answer, replayed: false };
    const taken = await this.keys.known(request);
    if (taken) return this.again(taken, request, act);
    throw inProgress(1_000);
  }

  /** For an act on an order that exists. False: the key is taken already. */
  take(request: IdempotentRequest, orderId: string): Promise<boolean> {
    return this.keys.take(request, orderId);
  }

  private async again<Result>(
    known: KnownKey,
    request: IdempotentRequest,
    act: IdempotentAct<Result>,
  ): Promise<StoredResponse & { readonly replayed: boolean }> {
    switch (known.kind) {
      case 'reused':
        throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another payload.');
      case 'in_progress':
        throw inProgress(known.retryAfterMs);
      case 'answered':
        return { ...known.answer, replayed: true };
      case 'abandoned': {
        const { orderId } = known;
        if (orderId === null) throw inProgress(1_000);
        const answer = await this.attempt(request, act, () => act.recover(orderId));
        if (!answer) throw inProgress(1_000);
        return { ...answer, replayed: false };
      }
    }
  }

  private async attempt<Result>(
    request: IdempotentRequest,
    act: IdempotentAct<Result>,
    run: () => Promise<Result | null>,
  ): Promise<StoredResponse | null> {
    try {
      const result = await run();
      if (result === null) return null;
      const answer = act.render(result);
      await this.quietly(() => this.keys.answer(request, answer));
      return answer;
    } catch (thrown) {
      await this.afterRefusal(request, thrown, act.renderError(thrown));
      throw thrown;
    }
  }

  /**
   * A refusal that names no order came before the key was taken: whoever holds it keeps it. After a failure that nobody
   * expected, likely of the database, the caller is not kept waiting for the database once more.
   */
  private async afterRefusal(
    request: IdempotentRequest,
    thrown: unknown,
    refusal: StoredResponse | null,
  ): Promise<void> {
    const release = (): Promise<void> => this.quietly(() => this.keys.release(request));
    if (refusal) return this.quietly(() => this.keys.answer(request, refusal));
    if (!(thrown instanceof AppError)) return void release();
    if (thrown.context.orderId !== undefined) await release();
  }

  /** The act is done and its answer known: that it cannot be kept must not turn it into a failure. */
  private async quietly(write: () => Promise<void>): Promise<void> {
    await write().catch((thrown: unknown) => {
      this.logger.warn({ err: thrown }, 'the outcome of an idempotency key could not be kept');
    });
  }
}

const inProgress = (retryAfterMs: number): AppError =>
  new AppError('request_in_progress', 'The first request with this Idempotency-Key is still running.', {
    retryAfterMs,
  });
