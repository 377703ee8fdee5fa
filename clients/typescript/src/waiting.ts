import type { Api } from './api.js';
import { pause } from './pause.js';
import { FINAL_STATUSES, type components } from './openapi.js';
import type { EventFilter, GatewayEvent, Order } from './types.js';

/** The longest that a gateway keeps a question open. */
const OPEN_FOR = 'wait=30';

const MOST_EVENTS = 500;

type EventPage = components['schemas']['EventList'];

/** A gateway that is stopping answers at once: then the next question waits here. */
const SHORTEST_WAIT_MS = 1_000;

const FINAL: ReadonlySet<string> = new Set(FINAL_STATUSES);

/** Nothing more will become of it. */
export const isFinal = ({ status }: Pick<Order, 'status'>): boolean => FINAL.has(status);

/** The order, as soon as it is as wanted. Each question stays open at the gateway until the order changes. */
export const untilOrder = async (
  api: Api,
  id: string,
  isWanted: (order: Order) => boolean,
  signal?: AbortSignal,
): Promise<Order> => {
  const readUnless = async (known: string | null): Promise<{ order: Order | undefined; tag: string | null }> => {
    const header = { Prefer: OPEN_FOR, ...(known !== null && { 'If-None-Match': known }) };
    const params = { path: { id }, header };
    const { data, response } = await api.GET('/v1/orders/{id}', { params, ...(signal && { signal }) });
    return { order: data, tag: response.headers.get('etag') };
  };
  for (let known: string | null = null; ;) {
    const { order, tag } = await askUntil(
      () => readUnless(known),
      ({ order }) => order !== undefined,
      signal,
    );
    if (order !== undefined && isWanted(order)) return order;
    known = tag;
  }
};

interface Reading {
  /** Go on with what happens after the last event. */
  readonly follow: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Everything from a position on, to where the feed ends now. Who follows it ends it by the signal, without an error. */
export async function* eventsFrom(
  api: Api,
  { after, ...filter }: EventFilter,
  { follow, signal }: Reading,
): AsyncGenerator<GatewayEvent, void, undefined> {
  const read = async (position: string | undefined): Promise<EventPage> => {
    const query = { limit: MOST_EVENTS, ...filter, ...(position !== undefined && { after: position }) };
    const params = { query, ...(follow && { header: { Prefer: OPEN_FOR } }) };
    return (await api.GET('/v1/events', { params, ...(signal && { signal }) })).data as EventPage;
  };
  const isNews = ({ data, has_more }: EventPage): boolean => !follow || has_more || data.length > 0;
  try {
    for (let position = after; ;) {
      const page = await askUntil(() => read(position), isNews, signal);
      for (const event of page.data) {
        signal?.throwIfAborted();
        yield event;
      }
      position = page.next_after ?? position;
      if (!follow && !page.has_more) return;
    }
  } catch (thrown) {
    if (!follow || signal?.aborted !== true) throw thrown;
  }
}

const askUntil = async <Answer>(
  ask: () => Promise<Answer>,
  isNews: (answer: Answer) => boolean,
  signal?: AbortSignal,
): Promise<Answer> => {
  for (;;) {
    const askedAt = Date.now();
    const answer = await ask();
    if (isNews(answer)) return answer;
    await pause(Math.max(0, askedAt + SHORTEST_WAIT_MS - Date.now()), signal);
  }
};
