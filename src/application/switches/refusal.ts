import { AppError } from '../../domain/errors.js';
import { switchNumbers } from '../../domain/refusal-numbers.js';
import type { StandingSwitch, SwitchOperation } from '../../domain/switches/switch.js';

/** A person may turn it off at any time: ask again this often at least. */
const ASK_AGAIN_MS = 300_000;

/**
 * The refusal of what a person has switched off. Its reason was written for those who are refused.
 *
 * `nothing`: what did not come about.
 */
export const switchedOffRefusal = (
  by: StandingSwitch,
  operation: Exclude<SwitchOperation, 'webhooks' | 'all'>,
  { provider, nothing, orderId }: { readonly provider: string; readonly nothing: string; readonly orderId?: string },
): AppError => {
  const { tenantId, reason, until } = by;
  const whose = tenantId === null ? `at ${provider}` : 'of this tenant';
  const what = `${WORDS[operation]} ${whose} are switched off until ${until.toISOString()}: ${reason.replace(/\.$/, '')}.`;
  return new AppError(tenantId === null ? 'provider_paused' : 'tenant_paused', `${what} ${nothing}`.trimEnd(), {
    ...(orderId !== undefined && { orderId }),
    numbers: switchNumbers(by),
    retryAfterMs: Math.min(ASK_AGAIN_MS, Math.max(1_000, until.getTime() - Date.now())),
  });
};

const WORDS = { purchases: 'Purchases', checkouts: 'Hosted checkouts', cancellations: 'Cancellations' } as const;
