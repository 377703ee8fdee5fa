import type * as Cancellation from '../../src/domain/orders/cancellation.js';
import type * as Observe from '../../src/domain/orders/observe.js';
import type * as Change from '../../src/domain/orders/order-change.js';
import type * as Review from '../../src/domain/orders/review.js';
import type * as NextStep from '../../src/domain/purchases/next-step.js';
import type * as Submission from '../../src/domain/purchases/submission.js';

/** The gateway's own decisions: the functions that run in production, each replaceable where a mutant breaks its result. */
export type Decisions = Pick<typeof Cancellation, 'cancelUnsent'> &
  Pick<typeof Change, 'OrderChange'> &
  Pick<typeof NextStep, 'nextStep'> &
  Pick<typeof Review, 'takesOver'> &
  Pick<typeof Observe, 'adopt' | 'observeAbsence' | 'observeCheckout' | 'observePayment' | 'observePurchase'> &
  Omit<typeof Submission, 'recordLookupFailure' | 'recordDisagreement' | 'retryDelayMs'>;

const DOMAIN = '../../src/domain';

/** Loaded by name, and not imported, so that a module can be replaced below. */
const load = (): Decisions => {
  const { OrderChange } = require(`${DOMAIN}/orders/order-change.js`) as typeof Change;
  const { takesOver } = require(`${DOMAIN}/orders/review.js`) as typeof Review;
  const { nextStep } = require(`${DOMAIN}/purchases/next-step.js`) as typeof NextStep;
  return {
    ...(require(`${DOMAIN}/purchases/submission.js`) as typeof Submission),
    ...(require(`${DOMAIN}/orders/observe.js`) as typeof Observe),
    ...(require(`${DOMAIN}/orders/cancellation.js`) as typeof Cancellation),
    OrderChange,
    nextStep,
    takesOver,
  };
};

export const DECISIONS = load();

/** The same functions over a domain in which a part of one module is replaced. */
export const decisionsOver = (module: string, broken: object): Decisions => {
  const path = `${DOMAIN}/${module}.js`;
  const loaded: Decisions[] = [];
  jest.isolateModules(() => {
    jest.doMock(path, () => ({ ...jest.requireActual<object>(path), ...broken }));
    loaded.push(load());
  });
  jest.dontMock(path);
  const [decisions] = loaded;
  if (!decisions) throw new Error(`${module} could not be replaced`);
  return decisions;
};
