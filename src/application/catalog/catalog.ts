import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { NotAdmittedError } from '../../domain/providers/provider-error.js';
import { within } from '../within.js';
import { callFor } from '../providers/provider-call.js';

/** A caller would rather be told that a catalog cannot be read than wait longer for it. */
const CATALOG_DEADLINE_MS = 10_000;

/** A caller who only looks, or does not wait, gets what is known this long after a first read began. */
const FIRST_READ_WAIT_MS = 2_000;

/**
 * For browsing, what is known is shown with its age for this long, and read again meanwhile. Nothing is bought by it.
 * One Tribe, whose terms forbid to store its project data, renews that data once an hour itself.
 */
const SHOWN_FOR_MS = 3_600_000;

/** From this share of its age on, a catalog that is used is read again in the background. */
const REFRESH_SHARE = 0.5;

/** How long a failed read is left alone by those who only look. */
const FAILURE_SHOWN_MS = 5_000;

/** Within our quota, a read that a purchase needs comes before polls of orders, one for browsing after them. */
type ReadPriority = 'purchase' | 'browse';

interface Read {
  readonly startedAtMs: number;
  /** A purchase does not wait for a read of low priority. */
  readonly priority: ReadPriority;
  readonly offerings: Promise<readonly Offering[]>;
}

interface Entry {
  latest: { readonly offerings: readonly Offering[]; readonly atMs: number; readonly readAt: Date } | null;
  /** Why the latest read failed, if it did. */
  failure: { readonly thrown: unknown; readonly atMs: number; readonly readAt: Date } | null;
  reading: Read | null;
}

/** What is known without asking. `offerings` is null if nothing is; `failure` is null if the latest read went well. */
export interface KnownCatalog {
  readonly offerings: readonly Offering[] | null;
  readonly failure: { readonly thrown: unknown } | null;
  /** When the provider last answered, or failed to; null if it has done neither yet. */
  readonly readAt: Date | null;
}

/**
 * What can be bought now, as last read: in memory and nowhere else, because some providers' terms forbid storing their
 * project data. A purchase goes by it for as long as the provider allows. Reads that come together share one call.
 */
@Injectable()
export class Catalog {
  private readonly entries = new Map<string, Entry>();

  /** As fresh as a purchase needs it. Rejects with what the provider's read rejected with. */
  async offeringsOf(provider: OffsetProvider): Promise<readonly Offering[]> {
    const known = this.known(provider);
    if (!known) return this.read(provider, 'purchase').offerings;
    this.refresh(provider);
    return known;
  }

  /** What may be bought by without asking again; null if nothing. */
  known({ id, capabilities }: OffsetProvider): readonly Offering[] | null {
    const { latest } = this.entryOf(id);
    return latest && ageOf(latest) < capabilities.catalogMaxAgeMs ? latest.offerings : null;
  }

  /** As `known`, but waits for a first read, until a moment after it began. Never rejects. */
  async soonKnown(provider: OffsetProvider): Promise<readonly Offering[] | null> {
    const known = this.known(provider);
    if (known) this.refresh(provider);
    else await waitFor(this.read(provider, 'purchase'));
    return this.known(provider);
  }

  /** What is known now, for people to look at. Only where nothing is known yet, it waits for a moment. Never rejects. */
  async shown(provider: OffsetProvider): Promise<KnownCatalog> {
    const entry = this.entryOf(provider.id);
    const isShown = (): boolean => entry.latest !== null && ageOf(entry.latest) < SHOWN_FOR_MS;
    this.refresh(provider);
    if (!isShown() && !entry.failure && entry.reading) await waitFor(entry.reading);
    const { latest, failure } = entry;
    const readAt = (failure ?? latest)?.readAt ?? null;
    return { offerings: isShown() ? (latest?.offerings ?? null) : null, failure, readAt };
  }

  /** Reads in the background what is not fresh any more. */
  private refresh(provider: OffsetProvider): void {
    const { latest, failure, reading } = this.entryOf(provider.id);
    const isFresh = latest && ageOf(latest) < provider.capabilities.catalogMaxAgeMs * REFRESH_SHARE;
    if (reading || isFresh || (failure && ageOf(failure) < FAILURE_SHOWN_MS)) return;
    this.read(provider, 'browse').offerings.catch(() => undefined);
  }

  private read(provider: OffsetProvider, priority: ReadPriority): Read {
    const entry = this.entryOf(provider.id);
    const { reading } = entry;
    if (reading && (priority === 'browse' || reading.priority === 'purchase')) return reading;
    const call = { ...callFor('catalog', null, CATALOG_DEADLINE_MS), isAwaited: priority === 'purchase' };
    const read: Read = { startedAtMs: performance.now(), priority, offerings: provider.offerings(call).then(eachOnce) };
    entry.reading = read;
    read.offerings
      .then(
        (offerings) => {
          entry.latest = { offerings, atMs: performance.now(), readAt: new Date() };
          entry.failure = null;
        },
        (thrown: unknown) => {
          // Where our own database kept the read back, nothing is known about the provider.
          if (entry.reading !== read || thrown instanceof NotAdmittedError) return;
          entry.failure = { thrown, atMs: performance.now(), readAt: new Date() };
        },
      )
      .finally(() => {
        if (entry.reading === read) entry.reading = null;
      });
    return read;
  }

  private entryOf(providerId: string): Entry {
    const known = this.entries.get(providerId);
    if (known) return known;
    const entry: Entry = { latest: null, failure: null, reading: null };
    this.entries.set(providerId, entry);
    return entry;
  }
}

/** A list may hold one twice, as when its pages shift while they are read. The first counts. */
const eachOnce = (offerings: readonly Offering[]): readonly Offering[] => {
  const seen = new Set<string>();
  return offerings.filter(({ providerOfferingId: id }) => !seen.has(id) && seen.add(id));
};

const ageOf = ({ atMs }: { readonly atMs: number }): number => performance.now() - atMs;

/** However many ask, a read that hangs costs the wait once. */
const waitFor = async ({ startedAtMs, offerings }: Read): Promise<void> => {
  const leftMs = startedAtMs + FIRST_READ_WAIT_MS - performance.now();
  const ended = offerings.then(
    () => undefined,
    () => undefined,
  );
  if (leftMs > 0) await within(leftMs, ended, () => undefined);
};
