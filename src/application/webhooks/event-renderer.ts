import type { EndpointState, FeedEvent } from '../../domain/events/feed-event.js';

/** What an endpoint is sent on request, to try it. It is told nowhere else. */
export interface TestMessage {
  readonly id: string;
  readonly at: Date;
  readonly endpoint: EndpointState;
}

/** How messages are written, which is how the API shows them: bound where both are known. */
export class EventRenderer {
  constructor(
    readonly render: (event: FeedEvent) => string,
    readonly renderTest: (message: TestMessage) => string,
  ) {}
}
