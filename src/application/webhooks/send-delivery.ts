import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DatabaseBusyError, DatabaseUnreachableError } from '../../domain/errors.js';
import type { FeedEvent } from '../../domain/events/feed-event.js';
import { MOST_FAILING_MS, ONE_AT_A_TIME_AFTER_MS, SEND_LEASE_MS, verdictOf } from '../../domain/webhooks/schedule.js';
import { FeedRepository } from '../../persistence/events/feed.repository.js';
import {
  DeliveryQueueRepository,
  type ClaimedDelivery,
  type ClaimOptions,
  type Outcome,
  type Recorded,
} from '../../persistence/webhooks/delivery-queue.repository.js';
import { Metrics } from '../../telemetry/metrics.js';
import { WebhookSender, type Sent } from '../../webhooks/webhook-sender.js';
import { EventRenderer } from './event-renderer.js';
import { SecretKeys } from './secret-keys.js';
import { signingSecrets } from './signing-secrets.js';

/** A delivery to send, with what it tells. */
export interface DueDelivery {
  readonly delivery: ClaimedDelivery;
  readonly event: FeedEvent;
}

/**
 * Sends a delivery once and records what came of it. Between the two nothing is kept: a process that dies there has told
 * the receiver, perhaps, and another one tells it again, with the same `webhook-id`.
 */
@Injectable()
export class SendDelivery {
  private readonly logger = new Logger('webhooks');

  constructor(
    private readonly queue: DeliveryQueueRepository,
    private readonly feed: FeedRepository,
    private readonly keys: SecretKeys,
    private readonly sender: WebhookSender,
    private readonly renderer: EventRenderer,
    private readonly metrics: Metrics,
  ) {}

  /** Takes what is due: it is this process's until its lease ends. */
  async claim(options: Omit<ClaimOptions, 'leaseMs' | 'aloneAfterMs'>): Promise<DueDelivery[]> {
    const times = { leaseMs: SEND_LEASE_MS, aloneAfterMs: ONE_AT_A_TIME_AFTER_MS };
    const claimed = await this.queue.claim({ ...options, ...times });
    if (claimed.length === 0) return [];
    const events = await this.feed.find([...new Set(claimed.map(({ eventId }) => eventId))]);
    const byId = new Map(events.map((event) => [event.id, event]));
    return claimed.map((delivery) => {
      const event = byId.get(delivery.eventId);
      if (!event) throw new Error('the event of a delivery is missing');
      return { delivery, event };
    });
  }

  /** Rejects if `stop` ends it, or what came of it cannot be recorded: when the lease has ended it is sent again. */
  async run({ delivery, event }: DueDelivery, stop: AbortSignal): Promise<void> {
    const leaseEndsAtMs = performance.now() + SEND_LEASE_MS;
    const secrets = this.secretsOf(delivery);
    if (secrets === null) return;
    const message = { id: event.id, body: this.renderer.render(event) };
    const sent = await this.sender.send({ target: delivery.url, message, secrets }, stop);
    const verdict = verdictOf(sent, delivery.tries + 1, Math.random());
    const outcome = {
      result: sent,
      state: verdict.delivery,
      delayMs: verdict.delivery === 'pending' ? verdict.delayMs : null,
      endpoint: verdict.endpoint,
      mostFailingMs: MOST_FAILING_MS,
    };
    const { held, disabled } = await this.record(delivery, outcome, leaseEndsAtMs, stop);
    if (!held) return;
    this.metrics.countDelivery(verdict.delivery === 'pending' ? 'failed' : verdict.delivery);
    this.tell(delivery, sent, verdict.delivery === 'dead');
    if (disabled !== null) {
      this.metrics.countEndpointDisabled(disabled);
      this.logger.warn({ endpoint_id: delivery.endpointId, reason: disabled }, 'a webhook endpoint was disabled');
    }
  }

  /**
   * While the lease holds, the database is waited for: what is not recorded is sent again. What was recorded although its
   * answer was lost is not held any more.
   */
  private async record(
    delivery: ClaimedDelivery,
    outcome: Outcome,
    leaseEndsAtMs: number,
    stop: AbortSignal,
  ): Promise<Recorded> {
    for (;;) {
      try {
        return await this.queue.record(delivery, outcome);
      } catch (thrown) {
        const isAway = thrown instanceof DatabaseUnreachableError || thrown instanceof DatabaseBusyError;
        if (!isAway || performance.now() + RECORD_AGAIN_MS > leaseEndsAtMs) throw thrown;
      }
      await sleep(RECORD_AGAIN_MS, undefined, { signal: stop });
    }
  }

  /** What waits for endpoints to which nothing is sent any more becomes dead letters, in small steps. */
  async giveUpUnsendable(): Promise<void> {
    let gaveUp: number;
    do {
      gaveUp = await this.queue.giveUpUnsendable(GIVE_UP_STEP);
      if (gaveUp > 0) this.metrics.countDelivery('dead', gaveUp);
    } while (gaveUp === GIVE_UP_STEP);
  }

  /** Null if it cannot be signed. That is no fault of the receiver's, so it is no try, and waits for a process that can. */
  private secretsOf({ id, endpointId, secrets, secretsOf, claimedAt }: ClaimedDelivery): readonly Uint8Array[] | null {
    try {
      return signingSecrets(this.keys, secrets, secretsOf, claimedAt);
    } catch (thrown) {
      this.metrics.countDelivery('not_signable');
      this.logger.error({ delivery_id: id, endpoint_id: endpointId, err: thrown }, 'a webhook cannot be signed');
      return null;
    }
  }

  private tell(delivery: ClaimedDelivery, { failure, status, refusal }: Sent, isDead: boolean): void {
    if (failure === null) return;
    const level = refusal !== null || isDead ? 'warn' : 'log';
    this.logger[level](
      {
        delivery_id: delivery.id,
        endpoint_id: delivery.endpointId,
        event_id: delivery.eventId,
        failure,
        ...(status !== null && { status }),
        ...(refusal !== null && { refusal }),
      },
      isDead ? 'a webhook was given up' : 'a webhook was not delivered',
    );
  }
}

/** The database is asked again so long after it was away. */
const RECORD_AGAIN_MS = 500;

/** Rows of one statement. */
const GIVE_UP_STEP = 1_000;
