import { Injectable } from '@nestjs/common';
import { DispatchRepository } from '../../persistence/webhooks/dispatch.repository.js';

/** A page of events and their deliveries is one short statement. */
const PAGE = 500;

export interface Dispatched {
  readonly queued: number;
  /** `more`: there may be more at once. `none`: the feed is read. `elsewhere`: another process does it. */
  readonly then: 'more' | 'none' | 'elsewhere';
}

/** Reads the feed on, and queues each event for the endpoints that want it. Any number of processes may do so. */
@Injectable()
export class DispatchEvents {
  constructor(private readonly dispatch: DispatchRepository) {}

  async run(): Promise<Dispatched> {
    const page = await this.dispatch.nextPage(PAGE);
    const queued = await this.dispatch.commit(page);
    if (queued === null) return { queued: 0, then: 'elsewhere' };
    return { queued, then: page.events === PAGE ? 'more' : 'none' };
  }
}
