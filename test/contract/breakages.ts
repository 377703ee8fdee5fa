import { ProviderError } from '../../src/domain/providers/provider-error.js';
import type { OffsetProvider } from '../../src/domain/providers/provider.js';
import { harness as carbonmark } from './carbonmark.harness.js';
import { harness as cnaught } from './cnaught.harness.js';
import type { ProviderHarness } from './harness.js';
import { harness as oneTribe } from './one-tribe.harness.js';

export type Break = (provider: OffsetProvider) => Partial<OffsetProvider>;

/** One way to be wrong, and the case that must say so. */
export interface Breakage {
  readonly name: string;
  readonly harness: ProviderHarness;
  readonly change: Break;
  readonly caughtBy: string;
}

/** Judges as the provider does, but for the failures that it is wrong about. */
const judging =
  (wrong: (judged: ProviderError) => ProviderError): Break =>
  (provider) => ({
    classifyError: (thrown, operation) => wrong(provider.classifyError(thrown, operation)),
  });

const as = (failure: ProviderError['failure'], { reason, message, at }: ProviderError): ProviderError =>
  new ProviderError(failure, reason, message, at);

/** Of an adapter that keeps time by itself: long after the case that catches it. */
const OWN_DEADLINE_MS = 20_000;

export const BREAKAGES: readonly Breakage[] = [
  {
    name: 'buys twice',
    harness: cnaught,
    change: (provider) => {
      let calls = 0;
      return {
        placeOrder: (submission, call) => {
          const idempotencyKey = `${submission.idempotencyKey}#${calls++}`;
          return provider.placeOrder!({ ...submission, idempotencyKey }, call);
        },
      };
    },
    caughtBy: 'placing the same key twice buys once',
  },
  {
    name: 'sends a purchase again by itself',
    harness: oneTribe,
    change: (provider) => ({
      placeOrder: (submission, call) =>
        provider.placeOrder!(submission, call).catch(() => provider.placeOrder!(submission, call)),
    }),
    caughtBy: 'placeOrder judges a 500 with the effect as ambiguous',
  },
  {
    name: 'writes the body anew',
    harness: oneTribe,
    change: (provider) => ({
      placeOrder: (submission, call) =>
        provider.placeOrder!({ ...submission, body: JSON.stringify(JSON.parse(submission.body)) }, call),
    }),
    caughtBy: 'placeOrder sends exactly the bytes prepared',
  },
  {
    name: 'takes silence for a refusal',
    harness: oneTribe,
    change: judging((error) => (error.reason === 'timed_out' ? as('rejected', error) : error)),
    caughtBy: 'placeOrder judges silence as ambiguous',
  },
  {
    name: 'takes a broken connection for one that was never made',
    harness: oneTribe,
    change: judging((error) => (error.reason === 'unavailable' ? as('not_sent', error) : error)),
    caughtBy: 'placeOrder judges a reset after the effect as ambiguous',
  },
  {
    name: 'believes the refusal of a proxy',
    harness: cnaught,
    change: judging((error) => (error.at.upstreamStatus === 400 ? as('rejected', error) : error)),
    caughtBy: 'placeOrder judges a refusal that is not the provider’s as ambiguous',
  },
  {
    name: 'takes a conflict for a refusal',
    harness: cnaught,
    change: judging((error) => (error.at.upstreamStatus === 409 ? as('rejected', error) : error)),
    caughtBy: 'placeOrder judges a conflict as ambiguous',
  },
  {
    name: 'takes a page of HTML for an order',
    harness: oneTribe,
    change: (provider) => ({
      placeOrder: async (submission, call) => {
        const order = await provider.placeOrder!(submission, call).catch((error: ProviderError) => {
          if (error.reason !== 'unreadable_answer') throw error;
          return null;
        });
        return (
          order ??
          (await provider.listOrders!({ createdFrom: new Date(0), providerOfferingId: null }, null, call)).orders[0]!
        );
      },
    }),
    caughtBy: 'placeOrder judges a page instead of the API as ambiguous',
  },
  {
    name: 'takes an unknown word for pending',
    harness: carbonmark,
    change: (provider) => {
      let last: Awaited<ReturnType<OffsetProvider['fetchStatus']>> = null;
      return {
        fetchStatus: async (id, call) => {
          last = await provider.fetchStatus(id, call).catch(() => last);
          return last;
        },
      };
    },
    caughtBy: 'fetchStatus judges an unknown status word as retry_later',
  },
  {
    name: 'takes every 404 for absence',
    harness: carbonmark,
    change: (provider) => ({
      fetchStatus: (id, call) =>
        provider.fetchStatus(id, call).catch((error: ProviderError) => {
          if (error.at.upstreamStatus === 404) return null;
          throw error;
        }),
    }),
    caughtBy: 'fetchStatus believes a 404 only from the provider itself',
  },
  {
    name: 'outlives its deadline',
    harness: carbonmark,
    change: (provider) => ({
      createCheckout: (submission, call) =>
        provider.createCheckout!(submission, { ...call, signal: AbortSignal.timeout(OWN_DEADLINE_MS) }),
    }),
    caughtBy: 'createCheckout judges silence as ambiguous',
  },
  {
    name: 'sends after its deadline',
    harness: cnaught,
    change: (provider) => ({
      placeOrder: (submission, call) =>
        provider.placeOrder!(submission, { ...call, signal: AbortSignal.timeout(OWN_DEADLINE_MS) }),
    }),
    caughtBy: 'placeOrder sends nothing once its deadline has passed',
  },
  {
    name: 'chokes on an error that it has not foreseen',
    harness: cnaught,
    change: (provider) => ({
      classifyError: (thrown, operation) => provider.classifyError({ code: (thrown as Error).message }, operation),
    }),
    caughtBy: 'classifyError judges whatever was thrown, and takes silence after a write for ambiguous',
  },
  {
    name: 'shows its key in an error',
    harness: cnaught,
    change: (provider) => ({
      placeOrder: (submission, call) =>
        provider.placeOrder!(submission, call).catch((cause: unknown) => {
          throw new Error('failed', { cause: { cause, request: submission } });
        }),
    }),
    caughtBy: 'placeOrder judges a bad key as retry_later',
  },
  {
    name: 'forgets the reference',
    harness: oneTribe,
    change: (provider) => ({
      prepareOrder: (request) => provider.prepareOrder!({ ...request, orderReference: 'order' }),
    }),
    caughtBy: 'prepareOrder is pure and carries the reference',
  },
  {
    name: 'cuts a text that is too long',
    harness: cnaught,
    change: (provider) => ({
      prepareOrder: (request) =>
        provider.prepareOrder!({ ...request, beneficiaryName: request.beneficiaryName.slice(0, 497) }),
    }),
    caughtBy: 'texts are taken up to their limit, and refused one character above it',
  },
  {
    name: 'promises room for a text that it does not have',
    harness: carbonmark,
    change: ({ capabilities }) => ({
      capabilities: {
        ...capabilities,
        textLimits: [{ texts: ['beneficiaryName'], most: 300, countedAs: 'characters' }],
      },
    }),
    caughtBy: 'texts are taken up to their limit, and refused one character above it',
  },
  {
    name: 'prepares other bytes each time',
    harness: carbonmark,
    change: (provider) => {
      let times = 0;
      return {
        prepareCheckout: (request, urls) =>
          provider.prepareCheckout!({ ...request, retirementMessage: `message ${times++}` }, urls),
      };
    },
    caughtBy: 'prepareCheckout is pure and carries the addresses that carry the token',
  },
  {
    name: 'reads one page of the list',
    harness: cnaught,
    change: (provider) => ({
      listOrders: async (window, cursor, call) => ({
        ...(await provider.listOrders!(window, cursor, call)),
        nextCursor: null,
      }),
    }),
    caughtBy: 'listOrders lists every order once, across pages',
  },
  {
    name: 'hides that its list became shorter',
    harness: oneTribe,
    change: (provider) => ({
      listOrders: async (window, cursor, call) => ({
        ...(await provider.listOrders!(window, cursor, call)),
        total: null,
      }),
    }),
    caughtBy: 'listOrders misses nothing while rows disappear, or shows it in its totals',
  },
  {
    name: 'gives the whole list up for a row of somebody else',
    harness: oneTribe,
    change: (provider) => ({
      listOrders: async (window, cursor, call) => {
        const page = await provider.listOrders!(window, cursor, call);
        if (page.unread.length === 0) return page;
        const at = { provider: provider.id, operation: 'listOrders' } as const;
        throw new ProviderError('retry_later', 'unreadable_answer', page.unread[0]!.detail, at);
      },
    }),
    caughtBy: 'listOrders reads around rows of others that it cannot read, and says that they are not ours',
  },
  {
    name: 'takes every row that it cannot read for one that may be ours',
    harness: cnaught,
    change: (provider) => ({
      listOrders: async (window, cursor, call) => {
        const page = await provider.listOrders!(window, cursor, call);
        return { ...page, unread: page.unread.map((row) => ({ ...row, orderReferences: null })) };
      },
    }),
    caughtBy: 'listOrders reads around rows of others that it cannot read, and says that they are not ours',
  },
  {
    name: 'drops a row that it cannot read without a word',
    harness: oneTribe,
    change: (provider) => ({
      listOrders: async (window, cursor, call) => ({
        ...(await provider.listOrders!(window, cursor, call)),
        unread: [],
      }),
    }),
    caughtBy: 'listOrders tells a row that it cannot read and that may be ours, and why',
  },
  {
    name: 'takes a page without ids for the end of the list',
    harness: cnaught,
    change: (provider) => ({
      listOrders: async (window, cursor, call) => {
        const page = await provider.listOrders!(window, cursor, call);
        return { ...page, unread: page.unread.filter(({ orderReferences }) => orderReferences !== null) };
      },
    }),
    caughtBy: 'listOrders reads on from a page whose last row shows no id, and says where it cannot',
  },
  {
    name: 'waits for the order of a paid page as if it were not listed yet',
    harness: cnaught,
    change: (provider) => ({
      fetchCheckout: async (id, call) => {
        const session = await provider.fetchCheckout!(id, call);
        return session && { ...session, orderUnread: null };
      },
    }),
    caughtBy: 'fetchCheckout shows a page complete, and says why its order may be there and cannot be read',
  },
  {
    name: 'takes everything off sale for one row',
    harness: carbonmark,
    change: (provider) => {
      const told: string[] = [];
      return {
        offerings: async (call) => {
          const offerings = await provider.offerings(call);
          told.push(...offerings.map(({ providerOfferingId }) => providerOfferingId));
          return told.length > offerings.length ? [] : offerings;
        },
      };
    },
    caughtBy: 'offerings and quotes do not suffer from rows of others that cannot be read',
  },
  {
    name: 'reads the list beyond the window',
    harness: oneTribe,
    change: (provider) => ({
      listOrders: (window, cursor, call) => provider.listOrders!({ ...window, createdFrom: new Date(0) }, cursor, call),
    }),
    caughtBy: 'listOrders reads back to the start of the window and no further',
  },
  {
    name: 'says cancelled without having cancelled',
    harness: oneTribe,
    change: () => ({ cancel: () => Promise.resolve() }),
    caughtBy: 'cancel undoes an order that is placed',
  },
  {
    name: 'blames the key for a state that has moved',
    harness: cnaught,
    change: judging((error) =>
      error.at.operation === 'cancel'
        ? new ProviderError('retry_later', 'credentials', error.message, error.at)
        : error,
    ),
    caughtBy: 'cancel of an order that cannot be cancelled any more is refused, and blames no key',
  },
  {
    name: 'calls an order completed without its certificate',
    harness: cnaught,
    change: (provider) => ({
      fetchStatus: async (id, call) => {
        const order = await provider.fetchStatus(id, call);
        return order && { ...order, certificate: null };
      },
    }),
    caughtBy: 'fetchStatus follows an order to its end, with the evidence that the capabilities promise',
  },
  {
    name: 'rounds a mass that cannot be sold',
    harness: oneTribe,
    change: (provider) => ({
      quote: (request, call) => provider.quote({ ...request, mass: oneTribe.mass }, call),
    }),
    caughtBy: 'a mass that cannot be sold is refused, not rounded',
  },
  {
    name: 'promises a way to cancel that it does not have',
    harness: carbonmark,
    change: ({ capabilities }) => ({
      capabilities: { ...capabilities, cancellation: { while: ['placed'], refundable: null } },
    }),
    caughtBy: 'methods are present exactly when the capabilities say so',
  },
  {
    name: 'trips over a callback',
    harness: cnaught,
    change: () => ({
      parseCallback: (body) => (JSON.parse(new TextDecoder().decode(body)) as { order: { id: string } }).order.id,
    }),
    caughtBy: 'parseCallback never throws, whatever it is sent',
  },
];
