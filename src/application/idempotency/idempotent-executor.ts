import { Injectable, Logger } from '@nestjs/common';
import { AppError, DatabaseUnreachableError } from '../../domain/errors.js';
import { LEASE_MS } from '../../domain/purchases/timing.js';
import {
  IdempotencyRepository,
  type IdempotencyScope,
  type IdempotentRequest,
  type KeyLock,
  type KnownKey,
  type StoredResponse,
} from '../../persistence/idempotency/idempotency.repository.js';
import { within } from '../within.js';
import { KeyReleases } from './key-releases.js';

export type { IdempotencyScope, IdempotentRequest, KeyLock, KnownKey, StoredResponse };

/** Turns the outcome of an act into the response to its caller and to every repeat of the request. */
export interface Renderer<Result> {
  render(result: Result): StoredResponse;
  /** @returns null if the error is not final for the key, so that the next request with it may try again. */
  renderError(thrown: unknown): StoredResponse | null;
}

/** The key is taken: now the act may run. */
export interface Taken<Result> {
  readonly kind: 'taken';
  readonly orderId: string;
  /** `stored`: the act has stored its response already, in the statement that committed its outcome. */
  execute(): Promise<{ readonly result: Result } | { readonly stored: StoredResponse }>;
}

/** What is done under one idempotency key. */
export interface IdempotentAct<Result> {
  /**
   * Takes the key, or says what is known of it. An AppError means that the act was refused before the key was taken.
   */
  take(request: IdempotentRequest): Promise<Taken<Result> | KnownKey>;
  /** Finishes what a request that died had begun, or looks again what came of one. The key is its own. */
  recover(orderId: string): Promise<Result>;
}

export interface ExecutedResponse extends StoredResponse {
  readonly orderId: string | null;
  /** Whether it was carried out before: then it is the first response again, or what came of it if that is not kept. */
  readonly replayed: boolean;
}

/** How long a caller whose response is known waits for it to be stored. */
const STORE_MS = 1_000;

/**
 * One key, one response. The first request acts; every repeat gets the response that the first one got. If the first
 * request dies, the next one with its key takes over once the lock on the key has run out. Long after the end of the
 * order its response is not kept any more; then a repeat gets what came of it, and still nothing is done again.
 */
@Injectable()
export class IdempotentExecutor {
  private readonly logger = new Logger(IdempotentExecutor.name);

  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly releases: KeyReleases,
  ) {}

  /**
   * Throws `idempotency_key_reused` for another payload, `request_in_progress` while the first request is at work, and
   * what the act throws; a final error is stored first.
   */
  async run<Result>(
    scope: IdempotencyScope & { readonly fingerprint: Uint8Array<ArrayBuffer> },
    act: IdempotentAct<Result>,
    renderer: Renderer<Result>,
  ): Promise<ExecutedResponse> {
    const request: IdempotentRequest = { ...scope, owner: crypto.randomUUID() };
    const taken = await this.take(request, act);
    switch (taken.kind) {
      case 'taken': {
        const response = await this.execute(request, renderer, () => taken.execute());
        return { ...response, orderId: taken.orderId, replayed: false };
      }
      case 'reused':
        throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another payload.');
      case 'in_progress':
        throw inProgress(await this.keys.lockedForMs(scope));
      case 'responded':
        return { ...taken.response, orderId: taken.orderId, replayed: true };
      case 'pruned': {
        const { orderId } = taken;
        if (orderId === null) throw new Error('a key without an order has lost its response');
        return { ...renderer.render(await act.recover(orderId)), orderId, replayed: true };
      }
      case 'abandoned': {
        const { orderId } = taken;
        if (orderId === null) throw inProgress(LEASE_MS);
        const response = await this.execute(request, renderer, async () => ({ result: await act.recover(orderId) }));
        return { ...response, orderId, replayed: false };
      }
    }
  }

  /** A repeat of a request that went through must not be refused because something has changed since. */
  private async take<Result>(
    request: IdempotentRequest,
    act: IdempotentAct<Result>,
  ): Promise<Taken<Result> | KnownKey> {
    try {
      return await act.take(request);
    } catch (thrown) {
      const known = thrown instanceof AppError ? await this.keys.known(request) : null;
      if (known) return known;
      if (thrown instanceof DatabaseUnreachableError && thrown.wasSent) this.releases.releaseOnceSeen(request);
      throw thrown;
    }
  }

  private async execute<Result>(
    lock: KeyLock,
    renderer: Renderer<Result>,
    act: () => Promise<{ readonly result: Result } | { readonly stored: StoredResponse }>,
  ): Promise<StoredResponse> {
    try {
      const outcome = await act();
      if ('stored' in outcome) return outcome.stored;
      const response = renderer.render(outcome.result);
      const stored = this.quietly(() => this.keys.store(lock, response));
      return (await within(STORE_MS, stored, () => null)) ?? response;
    } catch (thrown) {
      await this.afterError(lock, thrown, renderer.renderError(thrown));
      throw thrown;
    }
  }

  /** After an unexpected failure, likely of the database, the caller does not wait for the database a second time. */
  private async afterError(lock: KeyLock, thrown: unknown, final: StoredResponse | null): Promise<void> {
    if (final) return void (await this.quietly(() => this.keys.store(lock, final)));
    const released = this.releases.release(lock);
    if (thrown instanceof AppError) await released;
  }

  /** The act is done and its response is known. Failing to store it, or being slow, must not turn that into a failure. */
  private async quietly<T>(write: () => Promise<T>): Promise<T | null> {
    return write().catch((thrown: unknown) => {
      this.logger.warn({ err: thrown }, 'the response under an idempotency key could not be stored');
      return null;
    });
  }
}

/**
 * A request that has been at work for so long may be for as long again, but no longer than its lock: then the next one
 * takes over.
 */
const inProgress = (lockedForMs: number): AppError => {
  const atWorkForMs = LEASE_MS - lockedForMs;
  return new AppError('request_in_progress', 'The first request with this Idempotency-Key is still running.', {
    retryAfterMs: Math.max(1_000, Math.min(atWorkForMs, lockedForMs)),
  });
};
