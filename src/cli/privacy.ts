import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { NOT_ERASED, ReasonNamesPersonError, type ErasureTarget } from '../application/privacy/erase-personal-data.js';
import { BEYOND_REACH } from '../domain/privacy/personal-data.js';
import { print, refuse } from './terminal.js';
import { withToolbox } from './toolbox.js';

const ORDER_ID = /^ord_[0-9a-z]{26}$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

const emailFrom = (text: string): string => {
  if (!EMAIL.test(text)) throw new InvalidArgumentError('Give an email address.');
  return text;
};

const subjectFrom = (text: string): string => {
  if (!ORDER_ID.test(text) && !EMAIL.test(text))
    throw new InvalidArgumentError('Give an order id or an email address.');
  return text;
};

export const addPrivacyCommands = (cli: Command): void => {
  const privacy = cli.command('privacy').description('Personal data: where it is, and erasing it');

  privacy
    .command('find')
    .description('The orders in which an email address stands, and where; what `erase` would reach')
    .argument('<email>', 'email address', emailFrom)
    .option('--tenant <tenant>', 'among the orders of one tenant')
    .action((email: string, { tenant }: { tenant?: string }) =>
      withToolbox(async ({ findPersonalData }) => print(await findPersonalData.run(email, tenant ?? null))),
    );

  privacy
    .command('erase')
    .description('Erase the personal data of an order, or of every order in which an email address stands. For good')
    .argument('<order|email>', 'order id or email address', subjectFrom)
    .requiredOption('--reason <reason>', 'why, without naming the person: it is kept')
    .option('--operator <name>', 'who has it done', userInfo().username)
    .option('--tenant <tenant>', 'with an email address: among the orders of one tenant')
    .action((subject: string, { reason, operator, tenant }: { reason: string; operator: string; tenant?: string }) => {
      const target = ORDER_ID.test(subject) ? { orderId: subject } : { email: subject, tenantId: tenant ?? null };
      return erase(target, reason, operator);
    });
};

const erase = (target: ErasureTarget, reason: string, operator: string): Promise<void> =>
  withToolbox(async ({ erasePersonalData }) => {
    const { erasures, orders } = await erasePersonalData.run(target, { reason, operator }).catch((thrown: unknown) => {
      if (thrown instanceof ReasonNamesPersonError)
        return refuse('The reason names the person, and is kept: say it without. What is not erased yet stays.');
      throw thrown;
    });
    if (orders.length === 0) return refuse('The address stands in no order that is not erased.');
    const left = orders.flatMap(({ orderId, status, outcome }) =>
      outcome === 'erased' ? [] : [{ order: orderId, status, outcome, why: NOT_ERASED[outcome] }],
    );
    print({
      erasures,
      erased: orders
        .filter(({ outcome }) => outcome === 'erased')
        .map(({ orderId, tenantId, provider, providerOrderId }) => ({
          order: orderId,
          tenant: tenantId,
          provider,
          provider_order_id: providerOrderId,
        })),
      not_erased: left,
      beyond_reach: BEYOND_REACH,
    });
    if (left.some(({ outcome }) => outcome !== 'erased_before')) process.exitCode = 1;
  });
