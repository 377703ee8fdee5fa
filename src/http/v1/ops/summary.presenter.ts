import type { OpsSummary, ProviderSummary } from '../../../application/ops/read-summary.js';
import type { Pause } from '../../../domain/providers/throttle.js';
import { presentTime, presentTimeOrNull } from '../../values/time.presenter.js';
import { presentSwitch } from './switch.presenter.js';
import type {
  CountResponse,
  ProviderSummaryResponse,
  PurchasesStateResponse,
  SummaryResponse,
} from './summary.response.js';

type Count = Pick<CountResponse, 'count' | 'capped'>;

export const presentSummary = (summary: OpsSummary): SummaryResponse => ({
  as_of: presentTime(summary.at),
  attention: summary.attention.map(({ reason, oldestAt, ...counted }) => ({
    reason,
    ...presentCount(counted),
    oldest_at: presentTimeOrNull(oldestAt),
  })),
  open_orders: summary.open.map(({ provider, status, ...counted }) => ({ provider, status, ...presentCount(counted) })),
  providers: summary.providers.map(presentProviderSummary),
  switches: summary.switches.map(presentSwitch),
  proposals_open: presentCount(summary.proposals),
  tasks: { due: presentCount(summary.tasks.due), overdue: presentCount(summary.tasks.overdue) },
  deliveries: { failing: presentCount(summary.deliveries.failing), dead: presentCount(summary.deliveries.dead) },
  budgets_over: presentCount(summary.budgetsOver),
  breaks_open: presentCount(summary.breaksOpen),
});

const presentCount = ({ count, capped }: Count): Count => ({ count, capped });

export const presentProviderSummary = ({ id, purchases, pause, quota }: ProviderSummary): ProviderSummaryResponse => ({
  id,
  purchases: { state: purchases, ...presentPause(pause) },
  quota: quota.map(({ limit, shareLeft, pace, blockedUntil }) => ({
    limit,
    percent_left: Math.floor(shareLeft * 100),
    pace_percent: Math.round(pace * 100),
    blocked_until: presentTimeOrNull(blockedUntil),
  })),
});

export const presentPause = (pause: Pause | null): Omit<PurchasesStateResponse, 'state'> => ({
  why: pause && pause.reason,
  since: pause && presentTime(pause.since),
  probe_at: pause && presentTime(pause.probeAt),
});
