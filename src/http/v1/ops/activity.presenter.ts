import type { ActivityHour, CallActivity } from '../../../application/ops/read-activity.js';
import { presentTime } from '../../values/time.presenter.js';
import type { ActivityHourResponse, CallsOfHourResponse } from './activity.response.js';

export const presentHour = ({ hour, orders, calls }: ActivityHour): ActivityHourResponse => ({
  hour: presentTime(hour),
  orders: orders.map(({ status, count }) => ({ status, count })),
  calls: calls.map(presentCalls),
});

const presentCalls = ({ provider, operationClass, outcomes, p50Ms, p95Ms }: CallActivity): CallsOfHourResponse => ({
  provider,
  class: operationClass,
  outcomes: outcomes.map(({ outcome, count }) => ({ outcome, count })),
  p50_ms: p50Ms,
  p95_ms: p95Ms,
});
