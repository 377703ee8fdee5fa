import type { Decimal } from 'decimal.js';
import { InvalidArgumentError, type Command } from 'commander';
import { orDefaults, NO_LIMITS, type PurchaseLimits } from '../domain/limits/purchase-limits.js';
import { gramsFromMass, InvalidMassError, massIn, type Grams } from '../domain/mass.js';
import { amountOf, InvalidMoneyError, moneyFromJson } from '../domain/money.js';
import { refuse } from './terminal.js';
import { addOperatorOption } from './text.js';

/** Takes a limit off: a tenant then has the default, a key no limit of its own. */
const OFF = 'default';

const tonnesFrom = (text: string): Grams | typeof OFF => {
  if (text === OFF) return OFF;
  try {
    return gramsFromMass(text, 't');
  } catch (thrown) {
    if (thrown instanceof InvalidMassError) throw new InvalidArgumentError(`Tonnes ${thrown.message}, or ${OFF}.`);
    throw thrown;
  }
};

const usdFrom = (text: string): Decimal | typeof OFF => {
  if (text === OFF) return OFF;
  try {
    return moneyFromJson(text, 'USD').amount;
  } catch (thrown) {
    if (thrown instanceof InvalidMoneyError) throw new InvalidArgumentError(`US dollars ${thrown.message}, or ${OFF}.`);
    throw thrown;
  }
};

export interface LimitOptions {
  readonly orderTonnes?: Grams | typeof OFF;
  readonly orderUsd?: Decimal | typeof OFF;
  readonly monthUsd?: Decimal | typeof OFF;
}

export const addLimitOptions = (command: Command): Command =>
  addOperatorOption(command, 'who changes it')
    .option('--order-tonnes <tonnes>', 'the largest mass of one order', tonnesFrom)
    .option('--order-usd <amount>', 'the largest total of one order, in US dollars', usdFrom)
    .option(
      '--month-usd <amount>',
      'the most that is spent on account in a calendar month (UTC), in US dollars',
      usdFrom,
    )
    .addHelpText('after', `\nWith \`${OFF}\` for a number the limit is taken off. It holds within 5 seconds.`);

/** The limits that were given on the command line; one that was left out stays as it is. */
export const limitsFrom = ({ orderTonnes, orderUsd, monthUsd }: LimitOptions): Partial<PurchaseLimits> => {
  const given = {
    ...(orderTonnes !== undefined && { orderMass: orderTonnes === OFF ? null : orderTonnes }),
    ...(orderUsd !== undefined && { orderUsd: orderUsd === OFF ? null : orderUsd }),
    ...(monthUsd !== undefined && { monthUsd: monthUsd === OFF ? null : monthUsd }),
  };
  return Object.keys(given).length > 0 ? given : refuse('Give --order-tonnes, --order-usd or --month-usd.');
};

/** The limits that hold, and what of them is used. */
export const presentLimits = (
  { limits: own, spentUsd }: { readonly limits: PurchaseLimits; readonly spentUsd: Decimal },
  defaults: PurchaseLimits = NO_LIMITS,
) => {
  const { orderMass, orderUsd, monthUsd } = orDefaults(own, defaults);
  return {
    order_tonnes: orderMass && massIn(orderMass, 't'),
    order_usd: orderUsd && usdText(orderUsd),
    month_usd: monthUsd && usdText(monthUsd),
    spent_this_month_usd: usdText(spentUsd),
  };
};

const usdText = (amount: Decimal): string => amountOf({ amount, currency: 'USD' });
