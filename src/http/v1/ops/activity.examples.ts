import type { Example } from '../../openapi/api-responses.decorator.js';
import type { ActivityResponse } from './activity.response.js';

export const ACTIVITY: Example<ActivityResponse> = {
  as_of: '2026-11-26T12:01:13.156Z',
  data: [
    {
      hour: '2026-11-26T12:00:00.000Z',
      orders: [
        { status: 'completed', count: 12 },
        { status: 'open', count: 1 },
      ],
      calls: [
        {
          provider: 'cnaught',
          class: 'purchases',
          outcomes: [
            { outcome: 'ok', count: 12 },
            { outcome: 'timed_out', count: 1 },
          ],
          p50_ms: 181,
          p95_ms: 1_448,
        },
      ],
    },
  ],
};
