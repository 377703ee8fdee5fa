import type { ListedProvider } from '../../../application/providers/list-providers.js';
import type { Capabilities } from '../../../domain/providers/capabilities.js';
import type { ProviderCheckoutResponse, ProviderResponse } from './provider.response.js';
import { presentMassRule } from '../../values/refusal.presenter.js';
import { presentMoney } from '../../values/money.presenter.js';
import { presentTime } from '../../values/time.presenter.js';

export const presentProvider = ({
  provider,
  health,
  checkedAt,
  pause,
  switchedOff,
}: ListedProvider): ProviderResponse => {
  const { id, displayName, capabilities } = provider;
  const { cancellation } = capabilities;
  return {
    id,
    name: displayName,
    payment_methods: capabilities.paymentMethods,
    currency: capabilities.currency,
    mass: presentMassRule(capabilities.mass),
    quote: { firmness: capabilities.quote.firmness, valid_for_seconds: capabilities.quote.validForMs / 1000 },
    cancellation: cancellation && { while: cancellation.while, refundable: cancellation.refundable },
    checkout: presentCheckout(capabilities),
    quota: capabilities.quota.map(({ counts, requests, perMs }) => ({ counts, requests, per_seconds: perMs / 1000 })),
    evidence: capabilities.evidence,
    health,
    checked_at: checkedAt && presentTime(checkedAt),
    paused: pause !== null,
    paused_for: pause && pause.reason,
    paused_since: pause && presentTime(pause.since),
    asked_again_at: pause && presentTime(pause.probeAt),
    switched_off: switchedOff.map(({ scope, reason, onAt, until }) => ({
      operation: scope.operation,
      reason,
      since: presentTime(onAt),
      until: presentTime(until),
    })),
  };
};

const presentCheckout = ({ checkout }: Capabilities): ProviderCheckoutResponse | null =>
  checkout && {
    expires_after_seconds: checkout.expiresAfterMs / 1000,
    minimum_total: checkout.minimumTotal && presentMoney(checkout.minimumTotal),
    maximum_total: checkout.maximumTotal && presentMoney(checkout.maximumTotal),
  };
