import { setTimeout } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { ReadThrottledError, type ProviderError } from '../../domain/providers/provider-error.js';
import {
  CLASS_OF,
  type Operation,
  type ProviderCall,
  type ProviderId,
  type OperationClass,
} from '../../domain/providers/calls.js';
import {
  bucketsFor,
  FAILURES_TO_PAUSE,
  MAX_READ_WAIT_MS,
  PAUSE_MS,
  reserveFor,
  RETRY_AFTER_429_MS,
  type Bucket,
} from '../../domain/providers/throttle.js';
import { CALL_DEADLINE_MS, LEASE_MARGIN_MS } from '../../domain/purchases/timing.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { ProviderQuotasRepository, type ReadSlots } from '../../persistence/providers/provider-quotas.repository.js';
import type { AdmitRead, AdmittedRead, CallReport } from '../../providers/provider-directory.js';

/** No read lasts longer, so a second probe begins only when the first one or its process has ended. */
const PROBE_MS = CALL_DEADLINE_MS + LEASE_MARGIN_MS;

/** When to try again if another read is the probe at this moment. */
const AFTER_PROBE_MS = 1_000;

/**
 * Keeps reads within the quota that all processes share, leaves a share of it to purchases, and keeps reads away from a
 * provider that does not respond. Paused reads resume after a probe: one read alone, whose end decides.
 */
@Injectable()
export class ReadThrottle {
  private readonly logger = new Logger('providers');
  /** Calls that have sent a read already. */
  private readonly begun = new WeakSet<ProviderCall>();
  private readonly batches = new Map<string, SlotBatch>();

  constructor(
    private readonly quotas: ProviderQuotasRepository,
    private readonly health: ProviderHealthRepository,
  ) {}

  readonly admit: AdmitRead = async (read) => {
    const { provider, operation, quota, call } = read;
    const at = { provider, operation };
    const reserve = reserveFor(operation, call, this.begun.has(call));
    const slots = this.slotsFor(provider, CLASS_OF[operation], bucketsFor(quota, 'reads'), reserve);
    for (let waitedMs = 0; ;) {
      const slot = await slots.take();
      const { waitMs, probeInMs } = slot;
      if (probeInMs !== null && probeInMs > 0) throw new ReadThrottledError('unavailable', at, probeInMs);
      if (slot.granted > 0) return this.begin(read, slots, slot);
      if (waitedMs + waitMs > MAX_READ_WAIT_MS) throw new ReadThrottledError('rate_limited', at, waitMs);
      await setTimeout(waitMs, undefined, { signal: call.signal });
      waitedMs += waitMs;
    }
  };

  /** The provider said that its quota is used up, maybe because the account is used elsewhere too. */
  async recordQuotaHeader({ provider, quotaBackInMs }: CallReport): Promise<void> {
    if (quotaBackInMs !== null) await this.quotas.slowDown(provider, quotaBackInMs);
  }

  /** Reads of one class and reserve share their batches. */
  private slotsFor(
    provider: ProviderId,
    operationClass: OperationClass,
    buckets: readonly Bucket[],
    reserve: number,
  ): SlotBatch {
    const name = `${provider}/${operationClass}/${reserve}`;
    const known = this.batches.get(name);
    if (known) return known;
    const batch = new SlotBatch((most) => this.quotas.takeReads(provider, operationClass, buckets, reserve, most));
    this.batches.set(name, batch);
    return batch;
  }

  /** A key that may not read may not buy. A pause ends by a probe that the provider answers. */
  private async pausePurchases(provider: ProviderId): Promise<void> {
    const isNew = await this.health.pauseUnlessPaused(provider, 'purchases', 'credentials', PAUSE_MS.credentials);
    if (isNew) this.logger.warn({ provider, reason: 'credentials' }, 'purchases at the provider are paused');
  }

  private async begin(
    { provider, operation, call }: Parameters<AdmitRead>[0],
    slots: SlotBatch,
    { failures, probeInMs }: ReadSlots,
  ): Promise<AdmittedRead> {
    this.begun.add(call);
    const operationClass = CLASS_OF[operation];
    const isProbe = probeInMs !== null;
    if (isProbe && !(await this.health.claimProbe(provider, operationClass, PROBE_MS)))
      throw new ReadThrottledError('unavailable', { provider, operation }, AFTER_PROBE_MS);
    return {
      mayRepeat: async () => (await slots.take()).granted > 0,
      ended: async (failed) => {
        if (failed && isSilence(failed)) {
          if (isProbe || failures + 1 >= FAILURES_TO_PAUSE)
            this.logger.warn({ provider, operation_class: operationClass }, 'reads at the provider are paused');
          return isProbe
            ? this.health.pause(provider, operationClass, 'unavailable', PAUSE_MS.unavailable)
            : this.health.countFailure(provider, operationClass, PAUSE_MS.unavailable);
        }
        if (failed && isAboutOurKey(failed, call)) await this.pausePurchases(provider);
        if (isProbe || failures > 0) await this.health.resume(provider, operationClass);
        // A read that met a 429 slows all calls down; for purchases the engine reports it.
        if (failed?.at.upstreamStatus === 429) await this.quotas.slowDown(provider, RETRY_AFTER_429_MS);
      },
    };
  }
}

/** A 403 may be about the one order that was named, or the tenant's own account there; of any other read it is about our key. */
const isAboutOurKey = (
  { reason, at: { operation, upstreamStatus } }: ProviderError,
  { account }: ProviderCall,
): boolean =>
  reason === 'credentials' || (upstreamStatus === 403 && account === null && !NAMES_AN_ORDER.has(operation));

const NAMES_AN_ORDER: ReadonlySet<Operation> = new Set<Operation>(['fetchStatus', 'fetchCheckout', 'cancel']);

/** Any other failure, such as a refusal or an unreadable body, shows that the provider is there. */
const isSilence = ({ reason }: ProviderError): boolean => reason === 'unavailable' || reason === 'timed_out';

/**
 * Reads that arrive while a statement for slots is under way share the next one, which takes a slot for each of them.
 * No slot is taken in advance, so the processes together stay within the limit.
 */
class SlotBatch {
  private waiting: { readonly resolve: (slot: ReadSlots) => void; readonly reject: (thrown: unknown) => void }[] = [];
  private isTaking = false;

  constructor(private readonly takeUpTo: (most: number) => Promise<ReadSlots>) {}

  /** One slot, or none and how long to wait. Rejects if the database does. */
  take(): Promise<ReadSlots> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      if (!this.isTaking) void this.takeForAll();
    });
  }

  private async takeForAll(): Promise<void> {
    this.isTaking = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      await this.takeUpTo(batch.length).then(
        (slots) => batch.forEach(({ resolve }, index) => resolve({ ...slots, granted: index < slots.granted ? 1 : 0 })),
        (thrown: unknown) => batch.forEach(({ reject }) => reject(thrown)),
      );
    }
    this.isTaking = false;
  }
}
