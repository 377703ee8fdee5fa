import type { ActType } from '../domain/audit/act-states.js';
import type { OperatorRefusal } from '../domain/audit/acts.js';
import type { Actor } from '../domain/orders/cause.js';
import { refuse } from './terminal.js';
import type { Toolbox } from './toolbox.js';

/** Who acts at the command line. */
export const by = (operator: string): Actor => ({ by: 'operator', name: operator });

/** Ends a command that may not do what it was asked to, once that is recorded. */
export const refuseAct = async (
  { recordRefusal }: Toolbox,
  { operator, act, subject }: { readonly operator: string; readonly act: ActType; readonly subject: string | null },
  code: OperatorRefusal,
  reason: string,
): Promise<never> => {
  await recordRefusal.run(by(operator), act, subject, code);
  return refuse(reason);
};
