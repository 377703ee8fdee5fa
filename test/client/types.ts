/**
 * What the types of the client promise its users. Nothing here runs: a promise that is broken does not compile. It is
 * compiled with the sources by `npm run check:types`, and with the packed client by packed.spec.ts.
 */
import {
  GatewayError,
  isFinal,
  OffsetGateway,
  verifyWebhook,
  type ErrorCode,
  type GatewayEvent,
  type Mass,
  type NewOrder,
  type Order,
  type ProblemCode,
} from '../../clients/typescript/src/index.js';

const beneficiary = { name: 'Jane Smith' };
const mass = { value: '100', unit: 'kg' } as const;
const payment = { method: 'account' } as const;

export const ORDERS: NewOrder[] = [
  { mass, payment, beneficiary },
  { offer_id: 'off_01jd4v2m0gf5c8q7k3x9w1z2r4', payment, beneficiary },
  {
    mass,
    beneficiary,
    payment: { method: 'checkout', success_url: 'https://a.example', cancel_url: 'https://b.example' },
  },
  // @ts-expect-error It says neither how much nor which offer.
  { payment, beneficiary },
  // @ts-expect-error An offer has its mass.
  { offer_id: 'off_01jd4v2m0gf5c8q7k3x9w1z2r4', mass, payment, beneficiary },
  // @ts-expect-error Where does the payer go?
  { mass, beneficiary, payment: { method: 'checkout' } },
  // @ts-expect-error There are tonnes, and kilograms, and grams.
  { mass: { value: '100', unit: 'lb' }, payment, beneficiary },
  // @ts-expect-error A typing mistake is not ignored.
  { mass, payment, beneficiary, retirementMessage: 'For 2026' },
];

// @ts-expect-error Who asks is said, if only by null.
export const nobody = new OffsetGateway({ baseUrl: 'https://offsets.example' });

export const use = async (gateway: OffsetGateway, order: Order): Promise<unknown[]> => {
  const final: boolean = isFinal(order);
  // @ts-expect-error The word is `completed`.
  const misspelt = order.status === 'complete';
  // @ts-expect-error The price may not be known yet.
  const price: string = order.price.total.amount;
  const listed: Order[] = [];
  for await (const each of gateway.listOrders({ status: ['placed'], label: { department: 'sales' } }))
    listed.push(each);
  // @ts-expect-error There is no such status to ask for.
  const none = gateway.listOrders({ status: ['done'] });
  const { data, next_cursor } = await gateway.listOfferings({ provider: 'cnaught' }).page();
  const minimum: Mass | undefined = data[0]?.minimum;
  return [final, misspelt, price, listed, none, minimum, next_cursor satisfies string | null];
};

export const read = (event: GatewayEvent): string => {
  // @ts-expect-error It may be about something else than an order.
  void event.data.order;
  if (event.type === 'webhook_endpoint.disabled') return event.data.webhook_endpoint.url;
  event.data satisfies { order: Order };
  // @ts-expect-error There is no such event.
  if (event.type === 'order.done') return 'done';
  return event.type === 'order.completed' ? (event.data.order.certificate?.url ?? 'none') : event.data.order.status;
};

export const receive = async (body: Uint8Array, headers: Headers): Promise<string> => {
  const message = await verifyWebhook(body, headers, ['whsec_new', 'whsec_old']);
  return message.type === 'webhook_endpoint.test' ? message.data.webhook_endpoint.id : read(message);
};

export const advice = (error: GatewayError): string => {
  const { code } = error;
  if (code === 'no_answer') return `again, under ${error.idempotencyKey}`;
  if (code === 'mass_not_orderable') return `order ${error.problem?.nearest?.above?.value}`;
  // @ts-expect-error There is no such code.
  if (code === 'out_of_stock') return 'another';
  // @ts-expect-error There are more codes than these: a `switch` that forgets one does not compile.
  code satisfies never;
  return error.message;
};
/** Every code is of the document, but for the client's own. */
export const NO_OTHER: Exclude<ErrorCode, ProblemCode | 'no_answer'>[] = [] satisfies never[];
// @ts-expect-error Codes are words of a list, not any text.
export const WORDS: ErrorCode = 'some text' as string;
