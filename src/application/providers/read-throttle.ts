import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ReadThrottledError, type ProviderError } from '../../domain/providers/provider-error.js';
import { CLASS_OF, type ProviderCall, type OperationClass } from '../../domain/providers/calls.js';
import { bucketsFor, MAX_READ_WAIT_MS, reserveFor, RETRY_AFTER_429_MS } from '../../domain/providers/throttle.js';
import { CALL_DEADLINE_MS, LEASE_MARGIN_MS } from '../../domain/purchases/timing.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import {
  ProviderQuotasRepository,
  type QuotaClaim,
  type ReadSlots,
} from '../../persistence/providers/provider-quotas.repository.js';
import type { AdmitRead, AdmittedRead, CallReport } from '../../providers/provider-directory.js';
import { ProviderPauses } from './provider-pauses.js';

export class ThrottleSettings {
  constructor(
    /** The share of each quota that quotes leave to orders. */
    readonly quoteReserve: number,
  ) {}
}

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
  /** Calls that have sent a read already. */
  private readonly begun = new WeakSet<ProviderCall>();
  private readonly batches = new Map<string, SlotBatch>();

  constructor(
    private readonly quotas: ProviderQuotasRepository,
    private readonly health: ProviderHealthRepository,
    private readonly pauses: ProviderPauses,
    private readonly settings: ThrottleSettings,
  ) {}

  readonly admit: AdmitRead = async (read) => {
    const { provider, operation, quota, call } = read;
    const at = { provider, operation };
    const slots = this.slotsFor(CLASS_OF[operation], {
      provider,
      buckets: bucketsFor(quota, 'reads'),
      reserve: reserveFor(operation, call, this.begun.has(call), this.settings.quoteReserve),
      tenantId: call.tenantId ?? null,
      patienceMs: MAX_READ_WAIT_MS,
    });
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

  /** Reads of one class, reserve and tenant share their batches. */
  private slotsFor(operationClass: OperationClass, claim: Omit<QuotaClaim, 'most'>): SlotBatch {
    const name = `${claim.provider}/${operationClass}/${claim.reserve}/${claim.tenantId ?? ''}`;
    const known = this.batches.get(name);
    if (known) return known;
    const batch = new SlotBatch((most) => this.quotas.takeReads({ ...claim, most }, operationClass));
    this.batches.set(name, batch);
    return batch;
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
        if (failed && isSilence(failed))
          return isProbe
            ? this.pauses.begin(provider, operationClass, 'unavailable')
            : this.pauses.countFailure(provider, operationClass);
        if (isProbe || failures > 0) await this.pauses.end(provider, operationClass);
        // A read that met a 429 slows all calls down; for purchases the engine reports it.
        if (failed?.at.upstreamStatus === 429) await this.quotas.slowDown(provider, RETRY_AFTER_429_MS);
      },
    };
  }
}

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
