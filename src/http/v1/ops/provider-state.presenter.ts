import type { InspectedProvider, ProviderState } from '../../../application/ops/inspect-providers.js';
import type { Probe } from '../../../application/ops/probe-provider.js';
import { sumOf } from '../../../domain/providers/durations.js';
import { presentTime } from '../../values/time.presenter.js';
import type { ProbeResponse, ProviderDetailsResponse, ProviderStateResponse } from './provider-state.response.js';
import { presentPause, presentProviderSummary } from './summary.presenter.js';

export const presentProviderState = (provider: ProviderState): ProviderStateResponse => ({
  ...presentProviderSummary(provider),
  name: provider.name,
  classes: provider.classes.map(({ operationClass, state, failures, pause }) => ({
    class: operationClass,
    state,
    failures,
    ...presentPause(pause),
  })),
});

export const presentProviderDetails = ({ provider, failures }: InspectedProvider): ProviderDetailsResponse => ({
  ...presentProviderState(provider),
  failures: failures.map(({ operation, outcome, durations, lastAt }) => ({
    operation,
    reason: outcome,
    count: sumOf(durations),
    last_at: presentTime(lastAt),
  })),
});

export const presentProbe = ({ provider, result, reason, tookMs, at }: Probe): ProbeResponse => ({
  provider,
  result,
  reason,
  took_ms: tookMs,
  at: presentTime(at),
});
