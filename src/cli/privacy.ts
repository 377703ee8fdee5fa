import { InvalidArgumentError, type Command } from 'commander';
import type { ErasureTarget, NotErased } from '../application/privacy/erase-personal-data.js';
import { BEYOND_REACH } from '../domain/privacy/personal-data.js';
import { by, refuseAct } from './refuse-act.js';
import { print } from './terminal.js';
import { addOperatorOption, ORDER_ID, textOf } from './text.js';
import { withToolbox } from './with-toolbox.js';

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

  addOperatorOption(privacy.command('erase'), 'who has it done')
    .description('Erase the personal data of an order, or of every order in which an email address stands. For good')
    .argument('<order|email>', 'order id or email address', subjectFrom)
    .requiredOption(
      '--reason <reason>',
      'why, without naming the person: it is kept',
      textOf('The reason', { max: 2_000 }),
    )
    .option('--tenant <tenant>', 'with an email address: among the orders of one tenant')
    .action((subject: string, { reason, operator, tenant }: { reason: string; operator: string; tenant?: string }) => {
      const target = ORDER_ID.test(subject) ? { orderId: subject } : { email: subject, tenantId: tenant ?? null };
      return erase(target, reason, operator);
    });
};

/** Why an order was left as it is. */
const NOT_ERASED: Readonly<Record<NotErased, string>> = {
  erased_before: 'its personal data was erased before',
  not_found: 'there is no such order',
  open: 'it has not ended: its beneficiary may still have to be sent, or told apart from another. Cancel it, or wait',
  in_review: 'a person must look at it first, and needs to know whose it is: decide the review',
  being_answered: 'a request for it is at work: try again in a minute',
};

const erase = (target: ErasureTarget, reason: string, operator: string): Promise<void> =>
  withToolbox(async (tools) => {
    const act = { operator, act: 'personal_data.erase', subject: 'orderId' in target ? target.orderId : null } as const;
    const { erasures, orders } = await tools.erasePersonalData
      .run(target, { reason, operator })
      .catch(async (thrown: unknown) => {
        if (thrown instanceof Error && thrown.name === 'ReasonNamesPersonError')
          return refuseAct(tools, act, 'names_person', thrown.message);
        throw thrown;
      });
    if (orders.length === 0)
      return refuseAct(tools, act, 'not_found', 'The address stands in no order that is not erased.');
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
    for (const { order, outcome } of left) {
      if (outcome === 'erased_before') continue;
      process.exitCode = 1;
      await tools.recordRefusal.run(by(operator), act.act, order, outcome);
    }
  });
